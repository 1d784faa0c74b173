using System.Globalization;

namespace Bellman.Cli.Tests;

/// <summary>A process that is killed at any moment and goes on from its last checkpoint ends with the same bits and the same files as one that was left alone.</summary>
public sealed class KillTests
{
    private static readonly string[] Pendulum = ["ppo", "Pendulum-v1", "--set", "normalizeObservations=true", "--set", "normalizeRewards=true", "--set", "learningRate=linear:1e-3", "--set", "clipRange=linear:0.3"];

    [Fact]
    public void CartPole_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame(240_000, kills: 3, different: 1, seed: 1, "ppo", "CartPole-v1");

    [Fact]
    public void PendulumWithNormaliserAndSchedules_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame(240_000, kills: 3, different: 1, seed: 2, [.. Pendulum, "--envs", "4"]);

    /// <summary>A table, a model and their counts instead of networks; a round has 5000 steps, so that there are not too many checkpoints.</summary>
    [Fact]
    public void DynaOnTaxi_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame(2_500_000, kills: 3, different: 1, seed: 3, "dyna-q", "Taxi-v3", "--set", "roundSteps=5000");

    /// <summary>Weights of tiles, and the traces of an episode in its midst.</summary>
    [Fact]
    public void TilesOnMountainCar_KilledAndResumed_EndWithTheSameBits() => EndsTheSame(1_000_000, kills: 3, different: 1, seed: 4, "semi-gradient-sarsa-lambda", "MountainCar-v0", "--set", "roundSteps=5000", "--set", "epsilon=linear:0.1");

    /// <summary>All steps taken so far are in the checkpoint.</summary>
    [Fact]
    public void LeastSquaresOnCartPole_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame(40_000, kills: 2, different: 1, seed: 5, "lspi", "CartPole-v1", "--set", "roundSteps=1000");

    /// <summary>The long form, of runs that last at least five seconds: <c>Bellman.Cli.Tests -explicit only -class "*KillTests"</c>.</summary>
    [Fact(Explicit = true)]
    public void LongCartPole_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame(1_200_000, kills: 12, different: 5, seed: 3, "ppo", "CartPole-v1");

    /// <inheritdoc cref="LongCartPole_KilledAndResumed_EndsWithTheSameBits"/>
    [Fact(Explicit = true)]
    public void LongPendulum_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame(1_400_000, kills: 12, different: 5, seed: 4, Pendulum);

    private static void EndsTheSame(long steps, int kills, int different, int seed, params string[] arguments)
    {
        using var comparison = RunComparison.OfCommand([.. arguments, "--seed", "5", "--eval-episodes", "0", "--steps", steps.ToString(CultureInfo.InvariantCulture)]);
        comparison.EndsTheSame(kills, different, seed, within: different > 1 ? 1 : 0.4);
    }
}
