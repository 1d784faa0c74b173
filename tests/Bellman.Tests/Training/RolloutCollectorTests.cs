using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Ends of episodes, from the environment through the collector to advantages.</summary>
public sealed class RolloutCollectorTests
{
    private static readonly PpoSettings Settings = new() { Seed = 1, RolloutSteps = 8, Gamma = 0.9, GaeLambda = 0.8 };

    [Fact]
    public void Truncation_BootstrapsFromFinalObservation()
    {
        // The second of the two environments is cut off after three steps; both go on at the rollout's end.
        using var ppo = Collect(Settings, new Paid("c", [100]), new Paid("c", [3]));
        var rollout = ppo.Rollout;
        foreach (var end in new[] { 5, 11 })
        {
            Assert.Equal((0, 1, 1), (rollout.Terminated[end], rollout.Truncated[end], rollout.Ended[end]));
            var expected = Value(ppo, [0.3f, MathF.Sin(end / 6), 1]);
            Reference.Close(expected, rollout.NextValues[end], 1e-6);

            // Neither what the reset brought nor what was seen before.
            Assert.True(Math.Abs(expected - rollout.Values[end + 2]) > 0.01);
            Assert.True(Math.Abs(expected - rollout.Values[end]) > 0.01);
        }
    }

    [Fact]
    public void TerminalAtRolloutEnd_IsNotBootstrapped()
    {
        using var ppo = Collect(Settings, new Paid("t", [8]), new Paid("c", [8]), new Paid("c", [9]));
        Assert.Equal(0, ppo.Rollout.NextValues[21]);
        Reference.Close(Value(ppo, [0.8f, 0, 1]), ppo.Rollout.NextValues[22], 1e-6);
        Reference.Close(Value(ppo, [0.8f, 0, 0]), ppo.Rollout.NextValues[23], 1e-6);

        ppo.Rollout.EstimateAdvantages(0.9, 0.8);
        Reference.Close(1, ppo.Rollout.Returns[21], 1e-6);
    }

    [Fact]
    public void Truncation_IsNotTermination_AndOfBothFlagsTerminatedWins()
    {
        using var ppo = Collect(Settings, new Paid("tcb", [2]));
        Assert.Equal([0, 1, 0, 0, 0, 1, 0, 1], ppo.Rollout.Terminated);
        Assert.Equal([0, 0, 0, 1, 0, 0, 0, 0], ppo.Rollout.Truncated);
        Assert.Equal([0, 1, 0, 1, 0, 1, 0, 1], ppo.Rollout.Ended);
        Assert.Equal([false, true, false, false, false, true, false, true], ppo.Rollout.NextValues.Select(value => value == 0));
    }

    [Fact]
    public void Gae_DoesNotLeakAcrossEpisodes()
    {
        using var ppo = Collect(Settings, new Paid("tc", [3, 2, 1]), new Paid("ct", [2, 4]));
        var rollout = ppo.Rollout;
        ppo.Learner.Update(rollout, 1, new TrainingProgress());
        for (var i = 0; i < rollout.Count; i++)
        {
            // The sum of discounted TD errors up to the end of the row's own episode, and no further.
            var (sum, weight) = (0.0, 1.0);
            for (var k = i; k < rollout.Count; k += 2, weight *= 0.9 * 0.8)
            {
                sum += weight * (1 + (0.9 * rollout.NextValues[k]) - rollout.Values[k]);
                if (rollout.Ended[k] != 0)
                {
                    break;
                }
            }

            Reference.Close(sum, rollout.Advantages[i], 1e-5);
        }
    }

    [Fact]
    public void Rewards_StayTheEnvironments_ApartFromAnyBootstrap()
    {
        using var ppo = Collect(Settings with { NormalizeRewards = true }, new Paid("c", [2], pay: 3), new Paid("t", [3], pay: 3));
        ppo.Learner.Update(ppo.Rollout, 1, new TrainingProgress());
        Assert.All(ppo.Rollout.Rewards, reward => Assert.Equal(3, reward));
        Assert.Single(ppo.Rollout.ScaledRewards.Distinct());
        Assert.Equal(((4 * 6) + (2 * 9)) / 6.0, ppo.Episodes.MeanReturn);
    }

    [Fact]
    public void Rollouts_GoOnWhereTheLastOneStopped()
    {
        using var ppo = Collect(Settings, new Paid("t", [5]));
        ppo.Collector.Collect(ppo.Rollout);
        Assert.Equal([0, 1, 0, 0, 0, 0, 1, 0], ppo.Rollout.Terminated);
        Assert.Equal(0.3f, ppo.Rollout.Observations.Floats()[0]);
        Assert.Equal((16, 3, 5.0, 5.0), (ppo.Collector.Steps, ppo.Episodes.Count, ppo.Episodes.MeanReturn, ppo.Episodes.MeanLength));
    }

    [Theory]
    [InlineData("dictionary")]
    [InlineData("masked hybrid")]
    public void Rounds_InCompositeSpaces_AllocateNothing(string kind)
    {
        var settings = Settings with { RolloutSteps = 10, BatchSize = 16, NormalizeObservations = true, NormalizeRewards = true };
        using var ppo = new Ppo(VectorEnvironment.From([.. Enumerable.Range(0, 3).Select<int, IEnvironment>(_ => kind == "dictionary" ? new DictionaryFixture() : new MaskedHybridFixture())]), settings);
        var (metrics, before) = (new TrainingProgress(), 0L);
        for (var round = 0; round < 300; round++)
        {
            before = round == 200 ? GC.GetAllocatedBytesForCurrentThread() : before;
            ppo.Collector.Collect(ppo.Rollout);
            ppo.Learner.Update(ppo.Rollout, 0.5, metrics);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Ppo Collect(PpoSettings settings, params IEnvironment[] environments)
    {
        var ppo = new Ppo(VectorEnvironment.From(environments), settings);
        ppo.Collector.Collect(ppo.Rollout);
        return ppo;
    }

    private static float Value(Ppo ppo, float[] observation)
    {
        using var tape = new Tape(recording: false);
        var rows = new Rows(ppo.Policy.ObservationSpace.Layout, 1);
        observation.CopyTo(rows.Floats());
        return ppo.Policy.Value(tape, rows, 1).Values[0];
    }
}
