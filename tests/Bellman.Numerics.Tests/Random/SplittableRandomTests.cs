namespace Bellman.Numerics.Tests;

/// <summary>The learners' generator: known beginnings, independence of streams, and distributions within four standard errors.</summary>
public sealed class SplittableRandomTests
{
    private const int Count = 1_000_000;

    [Fact]
    public void Stream_StartsAsEver()
    {
        // Golden values of this version: they hold resumed runs together.
        var random = new SplittableRandom(0);
        ulong[] drawn = [random.NextUInt64(), random.NextUInt64(), random.NextUInt64()];
        Assert.Equal([5987356902031041503UL, 7051070477665621255UL, 6633766593972829180UL], drawn);
    }

    [Fact]
    public void Split_DependsOnTheNameAlone_NotOnWhatWasDrawn()
    {
        SplittableRandom first = new(5), second = new(5);
        second.NextUInt64();
        Assert.Equal(first.Split("actions").NextUInt64(), second.Split("actions").NextUInt64());
        ulong[] streams = [.. new[] { "actions", "weights", "minibatches" }.Select(name => first.Split(name).NextUInt64()), first.Split(0).NextUInt64(), first.Split(1).NextUInt64(), first.NextUInt64()];
        Assert.Equal(streams.Length, streams.Distinct().Count());
    }

    [Fact]
    public void SavedState_GoesOnWithTheSameNumbers()
    {
        var random = new SplittableRandom(9);
        random.Normal();
        var state = random.Save();
        var other = new SplittableRandom(1);
        other.Load(state);
        Assert.Equal(random.NextUInt64(), other.NextUInt64());
        Assert.Equal(random.Split("x").NextUInt64(), other.Split("x").NextUInt64());
    }

    [Fact]
    public void Uniform_HasItsMoments_AndStaysBelowOne()
    {
        var values = new float[Count];
        new SplittableRandom(2).Uniform(values);
        Assert.True(values.Min() >= 0 && values.Max() < 1);
        Assert.Equal(0.5, values.Average(x => (double)x), 4 * Math.Sqrt(1 / 12.0 / Count));
        Assert.Equal(1 / 12.0, values.Average(x => (x - 0.5) * (x - 0.5)), 4 * Math.Sqrt(1 / 180.0 / Count));
    }

    [Fact]
    public void Normal_HasItsMoments()
    {
        var values = new float[Count];
        new SplittableRandom(3).Normal(values);
        Assert.Equal(0, values.Average(x => (double)x), 4 / Math.Sqrt(Count));
        Assert.Equal(1, values.Average(x => (double)x * x), 4 * Math.Sqrt(2.0 / Count));
        Assert.Equal(3, values.Average(x => Math.Pow(x, 4)), 4 * Math.Sqrt(96.0 / Count));
        Assert.Equal(0.0026998, values.Average(x => Math.Abs(x) > 3 ? 1.0 : 0), 4 * Math.Sqrt(0.0027 / Count));
    }

    [Fact]
    public void Categorical_FollowsItsProbabilities_AndNeverDrawsAnImpossibleOne()
    {
        float[] probabilities = [0.2f, 0, 0.5f, 0.3f, 0];
        var counts = new int[5];
        var random = new SplittableRandom(4);
        for (var i = 0; i < 200_000; i++)
        {
            counts[random.Categorical(probabilities)]++;
        }

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(probabilities[i], counts[i] / 200_000.0, 4 * Math.Sqrt(probabilities[i] * (1 - probabilities[i]) / 200_000));
        }

        Assert.Equal(1, new SplittableRandom(0).Categorical([0, 1e-30f, 0]));
        Assert.Throws<ArgumentException>(() => random.Categorical([0, 0]));
    }

    [Fact]
    public void NextInt32_IsEven_AndPermutationsHoldEveryNumberOnce()
    {
        var random = new SplittableRandom(6);
        var counts = new double[7];
        for (var i = 0; i < 700_000; i++)
        {
            counts[random.NextInt32(7)]++;
        }

        // χ² with 6 degrees of freedom: 22.5 is its 99.9 % point.
        Assert.True(counts.Sum(count => Math.Pow(count - 100_000, 2) / 100_000) < 22.5);
        var permutation = new int[100];
        random.Permutation(permutation);
        Assert.Equal(Enumerable.Range(0, 100), permutation.Order());
        Assert.NotEqual(Enumerable.Range(0, 100), permutation);
    }
}
