"""As much of Gymnasium as the tests of examples/python need, where the real one is not installed."""
import sys
import types

import numpy as np


class Env:
    def reset(self, *, seed=None, options=None):
        if seed is not None:
            self.np_random = np.random.default_rng(seed)


class Space:
    def __init__(self, shape=None, dtype=None):
        self.shape, self.dtype = shape, None if dtype is None else np.dtype(dtype)


class Box(Space):
    def __init__(self, low, high, shape=None, dtype=np.float32):
        super().__init__(tuple(shape) if shape is not None else np.shape(low), dtype)
        self.low, self.high = np.broadcast_to(low, self.shape).astype(dtype), np.broadcast_to(high, self.shape).astype(dtype)


class Discrete(Space):
    def __init__(self, n, start=0):
        super().__init__((), np.int64)
        self.n, self.start = n, start


class MultiDiscrete(Space):
    def __init__(self, nvec):
        super().__init__((len(nvec),), np.int64)
        self.nvec = np.asarray(nvec)


class MultiBinary(Space):
    def __init__(self, n):
        super().__init__((n,), np.int8)
        self.n = n


class Dict(Space):
    def __init__(self, spaces):
        super().__init__()
        self.spaces = spaces


class Tuple(Space):
    def __init__(self, spaces):
        super().__init__()
        self.spaces = tuple(spaces)


spaces = types.ModuleType("gymnasium.spaces")
for one in (Box, Discrete, MultiDiscrete, MultiBinary, Dict, Tuple):
    setattr(spaces, one.__name__, one)
sys.modules["gymnasium.spaces"] = spaces


class Guess(Env):
    """Say the number that is shown; five times an episode. It prints, as environments should not."""

    def __init__(self, numbers=3):
        self.observation_space = Dict({"number": Discrete(numbers), "left": Box(0, np.inf, (1,))})
        self.action_space = Discrete(numbers)

    def look(self):
        self.number = int(self.np_random.integers(self.action_space.n))
        return {"number": self.number, "left": np.array([self.left], dtype=np.float32)}

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.left = 5
        print("a new game")
        return self.look(), {}

    def step(self, action):
        reward = 1.0 if action == self.number else 0.0
        self.left -= 1
        return self.look(), reward, self.left == 0, False, {"left": self.left, "words": "ignored"}

    def close(self):
        pass


def make(name, **options):
    if name != "Guess-v0":
        raise ValueError(f"there is no {name}")
    return Guess(**options)
