"""The best return from each start state: `python -m parity_tests.studies.exercises.best_return`.

By dynamic programming over Pendulum-v1's angle and speed, interpolated between grid points; then the greedy
policy is played in the environment itself, so that what is written was earned: a lower bound of the best.
"""

import sys
from pathlib import Path

import gymnasium
import numpy as np

from parity_tests.studies.exercises.evaluation import EPISODES, SCORED
from parity_tests.studies.exercises.variants import SEEDS
from reference.streams import evaluation_seed

ANGLES, SPEEDS, TORQUES = 301, 161, 41
PATH = Path("docs/exercises/best.csv")
FASTEST, STRONGEST, STEP = 8.0, 2.0, 0.05  # of Pendulum-v1, in rad/s, N m and s


def move(angle, speed, torque):
    """Pendulum-v1's step: next angle, next speed, reward; arrays broadcast."""
    reward = -(wrapped(angle) ** 2 + 0.1 * speed**2 + 0.001 * torque**2)
    speed = np.clip(speed + (15.0 * np.sin(angle) + 3.0 * torque) * STEP, -FASTEST, FASTEST)
    return angle + speed * STEP, speed, reward


def wrapped(angle):
    """The angle in [-pi, pi); upright is 0."""
    return (angle + np.pi) % (2 * np.pi) - np.pi


def interpolate(table, angle, speed):
    """The table [ANGLES, SPEEDS] between its points, linear in both; the angle goes round."""
    angles, speeds = table.shape
    row = (wrapped(angle) + np.pi) / (2 * np.pi) * angles
    column = (speed + FASTEST) / (2 * FASTEST) * (speeds - 1)
    low, left = np.floor(row).astype(int), np.clip(np.floor(column).astype(int), 0, speeds - 2)
    down, across = row - low, column - left
    low, high = low % angles, (low + 1) % angles
    first = (1 - across) * table[low, left] + across * table[low, left + 1]
    second = (1 - across) * table[high, left] + across * table[high, left + 1]
    return (1 - down) * first + down * second


def solve(angles=ANGLES, speeds=SPEEDS, torques=TORQUES, steps=SCORED):
    """The largest undiscounted return of `steps` steps: [angles, speeds]."""
    angle = (np.arange(angles) / angles * 2 * np.pi - np.pi)[:, None]
    speed = np.linspace(-FASTEST, FASTEST, speeds)[None, :]
    table = np.zeros((angles, speeds))
    for _ in range(steps):
        best = np.full_like(table, -np.inf)
        for torque in np.linspace(-STRONGEST, STRONGEST, torques):
            next_angle, next_speed, reward = move(angle, speed, torque)
            best = np.maximum(best, reward + interpolate(table, next_angle, next_speed))
        table = best
    return table


def earned(table, seed, steps=SCORED):
    """The return of the table's greedy policy in the environment, reset with `seed`."""
    torques = np.linspace(-STRONGEST, STRONGEST, 401)
    env, total = gymnasium.make("Pendulum-v1", max_episode_steps=steps), 0.0
    env.reset(seed=seed)
    for _ in range(steps):
        angle, speed, reward = move(*env.unwrapped.state, torques)
        torque = torques[np.argmax(reward + interpolate(table, angle, speed))]
        total += float(env.step(np.array([torque], np.float32))[1])
    env.close()
    return total


def main(arguments):
    """Writes the file; 2 on bad input."""
    if arguments or not PATH.parent.is_dir():
        print(f"best_return takes no arguments, and writes {PATH} of the repository's root.", file=sys.stderr)
        return 2
    table, lines = solve(), ["seed,episode,best"]
    for seed in SEEDS:
        for episode in range(1, EPISODES + 1):
            lines.append(f"{seed},{episode},{earned(table, evaluation_seed(seed, episode)):.2f}")
    PATH.write_text("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
