"""A Bellman environment as a gymnasium.Env, through `bellman serve`.

    env = BellmanEnv("CartPole-v1")                         # starts `bellman serve CartPole-v1 --stdio`
    env = BellmanEnv("CartPole-v1", port=5555)              # connects to `bellman serve CartPole-v1 --port 5555`
    env = BellmanEnv("Pendulum-v1", options={"g": 9.81}, command=["dotnet", "run", "--project", "src/Bellman.Cli", "--"])
"""
import json
import socket
import subprocess

import gymnasium
import numpy as np
from gymnasium import spaces


def read_space(space):
    kind = space["type"]
    if kind == "box":
        low, high = (np.broadcast_to(np.asarray(bound, dtype=float).astype(space["element"]).reshape(-1), int(np.prod(space["shape"]))).reshape(space["shape"])
                     for bound in (space["low"], space["high"]))
        return spaces.Box(low, high, dtype=np.dtype(space["element"]))
    if kind == "discrete":
        return spaces.Discrete(space["count"], start=space["start"])
    if kind == "multi_discrete":
        return spaces.MultiDiscrete(space["counts"])
    if kind == "multi_binary":
        return spaces.MultiBinary(space["count"])
    parts = [(part["name"], read_space(part["space"])) for part in space["parts"]]
    return spaces.Dict(dict(parts)) if kind == "dict" else spaces.Tuple([part for _, part in parts])


def read_value(space, value):
    if isinstance(space, spaces.Dict):
        return {name: read_value(space.spaces[name], part) for name, part in value.items()}
    if isinstance(space, spaces.Tuple):
        return tuple(read_value(part, one) for part, one in zip(space.spaces, value))
    return value if isinstance(space, spaces.Discrete) else np.asarray(value, dtype=float).astype(space.dtype)


def write_value(value):
    if isinstance(value, dict):
        return {name: write_value(part) for name, part in value.items()}
    return [write_value(part) for part in value] if isinstance(value, tuple) else np.asarray(value).tolist()


def read_info(info):
    if "action_mask" in info:
        info["action_mask"] = np.asarray(info["action_mask"], dtype=np.int8)
    return info


class BellmanEnv(gymnasium.Env):
    metadata = {"render_modes": ["svg"]}

    def __init__(self, environment, port=None, options=None, command=("bellman",)):
        if port is None:
            settings = [word for name, value in (options or {}).items() for word in ("--env-set", f"{name}={value}")]
            self.process = subprocess.Popen([*command, "serve", environment, "--stdio", *settings], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.requests, self.answers = self.process.stdin, self.process.stdout
        else:
            self.process = None
            with socket.create_connection(("127.0.0.1", port)) as connection:
                self.requests = self.answers = connection.makefile("rwb")
        described = self.ask(op="spaces")
        self.observation_space, self.action_space = read_space(described["observation_space"]), read_space(described["action_space"])

    def ask(self, **request):
        try:
            self.requests.write(json.dumps(request).encode() + b"\n")
            self.requests.flush()
            line = self.answers.readline()
        except OSError:
            line = b""
        if not line:
            raise RuntimeError("bellman serve has ended; what it printed on standard error may say why")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        answer = self.ask(op="reset", seed=seed)
        return read_value(self.observation_space, answer["observation"]), read_info(answer["info"])

    def step(self, action):
        answer = self.ask(op="step", action=write_value(action))
        return read_value(self.observation_space, answer["observation"]), float(answer["reward"]), answer["terminated"], answer["truncated"], read_info(answer["info"])

    def render(self):
        return self.ask(op="render", format="svg")["image"]

    def close(self):
        if not self.requests.closed:
            self.ask(op="close")
            self.requests.close()
            self.answers.close()
            if self.process is not None:
                self.process.wait()
