"""Serves a Gymnasium environment to Bellman:

    bellman train ppo "stdio:python3 serve_gymnasium.py CartPole-v1"
    bellman train ppo "stdio:python3 serve_gymnasium.py FrozenLake-v1 is_slippery=false"

Words after the id are options of gymnasium.make. An id as `package:Name-v0` imports the package first.
"""
import json
import math
import os
import sys

import gymnasium
import numpy as np
from gymnasium import spaces


def write_number(number):
    return number if math.isfinite(number) else "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def write_numbers(array):
    return [write_numbers(part) for part in array] if isinstance(array, list) else write_number(array)


def write_space(space):
    if isinstance(space, spaces.Box):
        element = "uint8" if space.dtype == np.uint8 else "float32"
        low, high = (write_numbers(np.asarray(bound, dtype=float).reshape(-1).tolist()) for bound in (space.low, space.high))
        return {"type": "box", "element": element, "shape": list(space.shape) or [1], "low": low, "high": high}
    if isinstance(space, spaces.Discrete):
        return {"type": "discrete", "count": int(space.n), "start": int(space.start)}
    if isinstance(space, spaces.MultiDiscrete):
        return {"type": "multi_discrete", "counts": np.asarray(space.nvec).reshape(-1).tolist()}
    if isinstance(space, spaces.MultiBinary):
        return {"type": "multi_binary", "count": int(np.prod(space.shape))}
    if isinstance(space, spaces.Dict):
        return {"type": "dict", "parts": [{"name": name, "space": write_space(part)} for name, part in space.spaces.items()]}
    if isinstance(space, spaces.Tuple):
        return {"type": "tuple", "parts": [{"name": str(i), "space": write_space(part)} for i, part in enumerate(space.spaces)]}
    raise ValueError(f"{space} has no counterpart in Bellman")


def write_value(space, value):
    if isinstance(space, spaces.Dict):
        return {name: write_value(part, value[name]) for name, part in space.spaces.items()}
    if isinstance(space, spaces.Tuple):
        return [write_value(part, one) for part, one in zip(space.spaces, value)]
    if isinstance(space, spaces.Discrete):
        return int(value)
    return write_numbers(np.asarray(value).reshape(space.shape or (1,)).tolist())


def read_value(space, value):
    if isinstance(space, spaces.Dict):
        return {name: read_value(part, value[name]) for name, part in space.spaces.items()}
    if isinstance(space, spaces.Tuple):
        return tuple(read_value(part, one) for part, one in zip(space.spaces, value))
    if isinstance(space, spaces.Discrete):
        return int(value)
    return np.asarray(value, dtype=space.dtype).reshape(space.shape)


def write_info(info):
    """Numbers alone: what else environments put there has no form in JSON."""
    return {str(name): write_number(float(value)) for name, value in info.items() if np.ndim(value) == 0 and np.issubdtype(np.asarray(value).dtype, np.number)}


def answer(env, request):
    op = request["op"]
    if op == "spaces":
        return {"environment": str(env), "observation_space": write_space(env.observation_space), "action_space": write_space(env.action_space), "envs": 1}
    if op == "reset":
        observation, info = env.reset(seed=request.get("seed"))
        return {"observation": write_value(env.observation_space, observation), "info": write_info(info)}
    if op == "step":
        observation, reward, terminated, truncated, info = env.step(read_value(env.action_space, request["action"]))
        return {
            "observation": write_value(env.observation_space, observation), "reward": write_number(float(reward)),
            "terminated": bool(terminated), "truncated": bool(truncated), "info": write_info(info),
        }
    if op == "close":
        return {"closed": True}
    raise ValueError(f"there is no op {op!r}; there is spaces, reset, step, close")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    # What an environment prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    options = {}
    for word in sys.argv[2:]:
        name, _, value = word.partition("=")
        try:
            options[name] = json.loads(value)
        except ValueError:
            options[name] = value
    env = gymnasium.make(sys.argv[1], **options)
    for line in sys.stdin:
        try:
            reply = answer(env, json.loads(line))
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(reply, allow_nan=False) + "\n")
        answers.flush()
        if reply.get("closed"):
            break
    env.close()


if __name__ == "__main__":
    main()
