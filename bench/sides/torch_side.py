"""PyTorch's side: python torch_side.py FOLDER THREADS DEVICE.

One JSON command a line comes in, one JSON answer a line goes out. Data, model and optimizer lie on
the device before a clock starts, the images as floats: all that is left is to pick a batch.
"""

import json
import sys
import time
from importlib.metadata import version

import torch
from torch import nn

from network import Network, load


class Trainer:
    def __init__(self, mode, images, labels, device):
        torch.manual_seed(0)
        layout = torch.channels_last if "channels_last" in mode else torch.contiguous_format
        self.images = images.to(device).to(memory_format=layout)
        self.labels = labels.to(device)
        self.model = Network().to(device=device, memory_format=layout)
        self.forward = torch.compile(self.model) if "compile" in mode else self.model
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, weight_decay=1e-5)
        self.loss = nn.CrossEntropyLoss()

    def train(self, count, size):
        self.model.train()
        for batch in torch.randperm(count, device=self.labels.device).split(size):
            self.optimizer.zero_grad()
            loss = self.loss(self.forward(self.images[batch]), self.labels[batch])
            loss.backward()
            self.optimizer.step()
        loss.item()  # waits for the device

    def predict(self, count, size):
        self.model.eval()
        with torch.inference_mode():
            for batch in torch.arange(count, device=self.labels.device).split(size):
                self.forward(self.images[batch]).softmax(1).cpu()


def main():
    folder, threads, device = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    torch.set_num_threads(threads)
    if device == "cuda":
        torch.set_float32_matmul_precision("high")  # TF32, as TensorFlow does
    images, labels = load(folder)
    trainers = {}
    name = torch.cuda.get_device_name() if device == "cuda" else device
    versions = {package: version(package) for package in ("torch", "skorch", "scikit-learn", "joblib")}
    answer(versions={"python": sys.version.split()[0], **versions}, device=name)
    for line in sys.stdin:
        command = json.loads(line)
        try:
            mode = command["mode"]
            if mode not in trainers:
                trainers[mode] = Trainer(mode, images, labels, device)
            work = getattr(trainers[mode], command["do"])
            start = time.perf_counter()
            work(command["images"], command["batch"])
            answer(seconds=time.perf_counter() - start)
        except Exception as error:  # torch.compile needs a compiler: the other modes do not
            answer(error=f"{type(error).__name__}: {error}".split("\n")[0])


def answer(**fields):
    print(json.dumps(fields), flush=True)


main()
