using System.Globalization;
using Bellman.Tests;

namespace Bellman.Cli.Tests;

/// <summary>
/// What <see cref="KillTests"/> shows of registered environments, for the fixtures, which the command gets as a user's own: as types of this assembly.
/// A rollout is no multiple of their episodes, so that every checkpoint lies in the middle of some.
/// </summary>
public sealed class FixtureKillTests
{
    private const int RolloutSteps = 211;

    /// <summary>Replayed from its last reset: it cannot save its state.</summary>
    [Fact]
    public void ByteImage_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame<ByteImageFixture>(120_000, kills: 2, different: 1);

    [Fact]
    public void DictionaryOfImageAndVector_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame<DictionaryFixture>(120_000, kills: 2, different: 1, "--set", "normalizeObservations=true");

    [Fact]
    public void MaskedHybridAction_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame<MaskedHybridFixture>(120_000, kills: 2, different: 1, "--set", "normalizeRewards=true");

    [Fact]
    public void StateSavedInMidEpisode_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame<StatefulFixture>(120_000, kills: 2, different: 1);

    [Fact]
    public void ThreeAgents_KilledAndResumed_EndWithTheSameBits() => TeamEndsTheSame(80_000, kills: 2, different: 1);

    [Fact]
    public void Goal_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame<GoalFixture>(120_000, kills: 2, different: 1);

    [Fact]
    public void EnvironmentInAnotherProcess_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame<ProcessFixture>(60_000, kills: 2, different: 1);

    /// <summary>The long form, of runs that last at least five seconds: <c>Bellman.Cli.Tests -explicit only -class "*KillTests"</c>.</summary>
    [Fact(Explicit = true)]
    public void LongByteImage_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame<ByteImageFixture>(1_400_000, kills: 12, different: 5);

    /// <inheritdoc cref="LongByteImage_KilledAndResumed_EndsWithTheSameBits"/>
    [Fact(Explicit = true)]
    public void LongDictionary_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame<DictionaryFixture>(1_400_000, kills: 12, different: 5, "--set", "normalizeObservations=true");

    /// <inheritdoc cref="LongByteImage_KilledAndResumed_EndsWithTheSameBits"/>
    [Fact(Explicit = true)]
    public void LongMaskedHybrid_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame<MaskedHybridFixture>(1_400_000, kills: 12, different: 5, "--set", "normalizeRewards=true");

    /// <inheritdoc cref="LongByteImage_KilledAndResumed_EndsWithTheSameBits"/>
    [Fact(Explicit = true)]
    public void LongStateful_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame<StatefulFixture>(1_400_000, kills: 12, different: 5);

    /// <inheritdoc cref="LongByteImage_KilledAndResumed_EndsWithTheSameBits"/>
    [Fact(Explicit = true)]
    public void LongThreeAgents_KilledAndResumed_EndWithTheSameBits() => TeamEndsTheSame(800_000, kills: 12, different: 5);

    /// <inheritdoc cref="LongByteImage_KilledAndResumed_EndsWithTheSameBits"/>
    [Fact(Explicit = true)]
    public void LongGoal_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame<GoalFixture>(1_400_000, kills: 12, different: 5);

    /// <inheritdoc cref="LongByteImage_KilledAndResumed_EndsWithTheSameBits"/>
    [Fact(Explicit = true)]
    public void LongEnvironmentInAnotherProcess_KilledAndResumed_EndsWithTheSameBits() => EndsTheSame<ProcessFixture>(600_000, kills: 12, different: 5);

    private static void EndsTheSame<T>(long steps, int kills, int different, params string[] arguments)
        where T : IEnvironment
    {
        using var comparison = RunComparison.OfCommand(
        [
            "ppo", $"{typeof(T).Assembly.Location}:{typeof(T).Name}", .. arguments, "--seed", "5", "--envs", "3", "--set", $"rolloutSteps={RolloutSteps}", "--eval-episodes", "0", "--steps", steps.ToString(CultureInfo.InvariantCulture),
        ]);
        comparison.EndsTheSame(kills, different, seed: typeof(T).Name.Length, within: different > 1 ? 1 : 0.4);
    }

    // The command takes environments with one agent; several are trained by a program of their own.
    private static void TeamEndsTheSame(long steps, int kills, int different)
    {
        using var comparison = new RunComparison((folder, every, resume) => TeamTraining.Start(folder, steps, RolloutSteps, every, resume));
        comparison.EndsTheSame(kills, different, seed: 7, within: different > 1 ? 1 : 0.4);
    }
}
