using Bellman.Numerics;

namespace Bellman.Tests;

/// <summary>Policies that are tables, and how actions are drawn from action values.</summary>
public sealed class TablePolicyTests
{
    [Fact]
    public void ObservationsOfParts_AreOneRowEach()
    {
        var space = new TupleSpace([new DiscreteSpace(2, 5), new MultiBinarySpace(1), new MultiDiscreteSpace([3])]);
        var policy = new Policy(space, new DiscreteSpace(2), new PolicySettings { Table = true, HiddenSizes = [] }, new SplittableRandom(1));
        policy.WriteWeights([.. Enumerable.Range(0, 24).Select(value => (double)value)]);
        var rows = new Rows(space.Layout, 12);
        for (var i = 0; i < 12; i++)
        {
            rows.Integers(0)[i] = 5 + (i / 6);
            rows.Bytes(1)[i] = (byte)(i / 3 % 2);
            rows.Integers(2)[i] = i % 3;
        }

        using var tape = new Tape(recording: false);
        var output = policy.Forward(tape, rows, 12);
        Assert.Equal(Enumerable.Range(0, 24).Select(value => (float)value), output.Action.Parameters.Values.ToArray());
        Assert.Equal(Enumerable.Range(0, 12).Select(row => (2f * row) + 1), output.Values.Values.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EpsilonGreedy_DrawsTheBestAndNowAndThenAnyAllowed(bool masked)
    {
        const int Count = 100_000;
        var distribution = new EpsilonGreedyDistribution(4, 0, 0.2);
        using var tape = new Tape(recording: false);
        var values = tape.Input((Count, 4), out var q);
        var mask = tape.Input((Count, 4), out var allowed);
        for (var row = 0; row < Count; row++)
        {
            ((ReadOnlySpan<float>)[1, 3, 3, 9]).CopyTo(q[(4 * row)..]);
            ((ReadOnlySpan<float>)[1, 1, 1, 0]).CopyTo(allowed[(4 * row)..]);
        }

        var input = new DistributionInput(values, values, masked ? mask : null);
        var actions = new Rows(new DiscreteSpace(4).Layout, Count);
        var drawn = distribution.Sample(input, [], new SplittableRandom(1), actions).Values.ToArray();
        var chosen = actions.Integers().ToArray();
        double[] expected = masked ? [0.2 / 3, 0.8 + (0.2 / 3), 0.2 / 3, 0] : [0.05, 0.05, 0.05, 0.85];
        for (var action = 0; action < 4; action++)
        {
            Assert.Equal(expected[action], chosen.Count(value => value == action) / (double)Count, 0.005);
        }

        Assert.All(chosen.Zip(drawn), pair => Assert.Equal((float)Math.Log(expected[pair.First]), pair.Second, 1e-6f));
        var (logProbability, entropy) = distribution.Evaluate(input, actions);
        Assert.Equal(drawn, logProbability.Values.ToArray());
        Assert.Equal(-expected.Where(p => p > 0).Sum(p => p * Math.Log(p)), entropy.Values[0], 1e-6);
        distribution.Mode(input, actions);
        Assert.Equal(masked ? 1 : 3, actions.Integers()[0]);
    }

    [Fact]
    public void Temperature_DividesLogits()
    {
        using var tape = new Tape(recording: false);
        var input = new DistributionInput(tape.Input([1, 2, 4], (1, 3)), tape.Input([1, 2, 4], (1, 3)), null);
        var actions = new Rows(new DiscreteSpace(3).Layout, 1);
        actions.Integers()[0] = 2;
        var total = Math.Exp(0.5) + Math.E + Math.Exp(2);
        Assert.Equal(Math.Log(Math.Exp(2) / total), new CategoricalDistribution([3], temperature: 2).Evaluate(input, actions).LogProbability.Values[0], 1e-6);
    }

    [Fact]
    public void ImpossibleTables_AreRefused()
    {
        Policy Make(Space observations, Space actions, PolicySettings settings) => new(observations, actions, settings, new SplittableRandom(1));
        var table = new PolicySettings { Table = true, HiddenSizes = [] };
        Assert.Contains("hidden", Assert.Throws<ArgumentException>(() => Make(new DiscreteSpace(2), new DiscreteSpace(2), table with { HiddenSizes = [4] })).Message, StringComparison.Ordinal);
        Assert.Contains("finitely many", Assert.Throws<ArgumentException>(() => Make(new BoxSpace(-1, 1, 3), new DiscreteSpace(2), table)).Message, StringComparison.Ordinal);
        Assert.Contains("too large", Assert.Throws<ArgumentException>(() => Make(new MultiDiscreteSpace([40_000, 40_000]), new DiscreteSpace(2), table)).Message, StringComparison.Ordinal);
        Assert.Contains("single discrete action", Assert.Throws<ArgumentException>(() => Make(new DiscreteSpace(2), new MultiDiscreteSpace([2, 2]), table with { Epsilon = 0 })).Message, StringComparison.Ordinal);
    }
}
