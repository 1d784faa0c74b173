#!/usr/bin/env bash
# Compares env.hopper_1 of `bellman bench` with the same steps made from C. Needs gcc, libmujoco2.2.2 and a Release build.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(mktemp)
trap 'rm -f "$program"' EXIT
library=$(PATH=$PATH:/sbin ldconfig -p | awk '/libmujoco\.so/ { path = $NF } END { print path }')
gcc -O2 -o "$program" benchmarks/Mujoco/hopper.c "${BELLMAN_MUJOCO:-$library}" -lm
for round in 1 2 3; do
    "$program" src/Bellman.Environments/Mujoco/Models/hopper.xml
    src/Bellman.Cli/bin/Release/net10.0/Bellman.Cli bench --filter hopper_1 --json 2>/dev/null | sed -E 's/.*"env.hopper_1":([0-9]+).*/bellman: \1 steps\/s/'
done
