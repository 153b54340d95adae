"""A whole cross-validation by skorch and joblib.

python skorch_side.py FOLDER COUNT FOLDS EPOCHS JOBS DEVICE
"""

import sys

import torch
from sklearn.model_selection import StratifiedKFold, cross_validate
from skorch import NeuralNetClassifier
from torch import nn

from network import Network, load


def main():
    folder = sys.argv[1]
    count, folds, epochs, jobs = map(int, sys.argv[2:6])
    images, labels = load(folder)
    network = NeuralNetClassifier(
        Network,
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        optimizer__lr=1e-3,
        optimizer__weight_decay=1e-5,
        batch_size=1000,
        max_epochs=epochs,
        iterator_train__shuffle=True,
        train_split=None,
        device=sys.argv[6],
        verbose=0,
    )
    scores = cross_validate(
        network,
        images[:count].numpy(),
        labels[:count].numpy(),
        cv=StratifiedKFold(folds, shuffle=True, random_state=0),
        n_jobs=jobs,
        error_score="raise",
    )
    print(scores["test_score"])


if __name__ == "__main__":
    main()
