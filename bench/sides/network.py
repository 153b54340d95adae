"""The paper's network in PyTorch, and the data as tensors, for the sides written in Python."""

import numpy as np
import torch
from torch import nn

SIDE = 28


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(2304, 600), nn.Dropout(0.25), nn.Linear(600, 120), nn.Linear(120, 10)
        )

    def forward(self, images):
        return self.classifier(self.features(images))


def load(folder):
    """Standardised images [count, 1, 28, 28] as floats, and labels, from files of bytes."""
    pixels = np.fromfile(f"{folder}/pixels.bin", np.uint8).reshape(-1, 1, SIDE, SIDE)
    labels = np.fromfile(f"{folder}/labels.bin", np.uint8)
    mean, std = pixels.mean(), pixels.std()
    images = torch.from_numpy(pixels).float().sub_(float(mean)).div_(float(std))
    return images, torch.from_numpy(labels).long()
