namespace Bellman.Numerics.Tests;

/// <summary>Polyak targets and moving averages, held to a twin in double precision.</summary>
[Trait("Category", "Kernels")]
public sealed class WeightAverageTests
{
    [Theory]
    [InlineData(0.005)]
    [InlineData(0.3)]
    [InlineData(0)]
    public void Average_FollowsTheWeights_AsTheTwinDoes(double rate)
    {
        var random = new SplittableRandom(1);
        Mlp live = Network(random), target = Network(random);
        var optimizer = new Adam(live.Parameters, 0.01);
        var average = new WeightAverage(live, target);
        var twin = Flat(live.Parameters);
        Assert.Equal(twin, Flat(target.Parameters));
        using var tape = new Tape();
        for (var step = 0; step < 50; step++)
        {
            tape.Reset();
            optimizer.Step(live.Forward(tape.Input([1, 2, 3], (1, 3))).Square().Sum());
            average.Update(rate);

            // torch: average.lerp_(source, rate)
            twin = [.. twin.Zip(Flat(live.Parameters), (a, s) => a + (rate * (s - a)))];
        }

        GradientCheck.AssertClose(twin, [.. Flat(target.Parameters).Select(x => (float)x)], 1e-6, "average");
        Assert.All(target.Parameters, parameter => Assert.Null(parameter.Owner));
        average.Copy();
        Assert.Equal(Flat(live.Parameters), Flat(target.Parameters));
    }

    [Fact]
    public void RateOfOne_CopiesExactly()
    {
        Parameter source = new("w", 2), copy = new("w", 2);
        var average = new WeightAverage([source], [copy]);
        source.CopyFrom([1e-20f, 3e7f]);
        copy.CopyFrom([1, 0.1f]);
        average.Update(1);
        Assert.Equal([1e-20f, 3e7f], copy.Values.ToArray());
    }

    [Fact]
    public void RunningStatistics_AreCopied_AsTorchDoes()
    {
        BatchNorm live = new("norm", 3), copy = new("norm", 3);
        var average = new WeightAverage(live, copy);
        live.Buffers[0].CopyFrom([1, 2, 3]);
        live.Parameters[0].CopyFrom([2, 2, 2]);
        average.Update(0.5);
        Assert.Equal([1f, 2f, 3f], copy.Buffers[0].Values.ToArray());
        Assert.Equal([1.5f, 1.5f, 1.5f], copy.Parameters[0].Values.ToArray());
    }

    [Fact]
    public void Bits_DoNotDependOnWhereTheWeightsLie_NorOnWhenTheyWereMoved()
    {
        // Owned in order, owned in another order, owned after the average was made, owned by two, not owned.
        var expected = Run((parameters, make) => { _ = new Sgd(parameters, 1); return make(); });
        Assert.Equal(expected, Run((parameters, make) => { _ = new Sgd(parameters.Reverse(), 1); return make(); }));
        Assert.Equal(expected, Run((parameters, make) => { var average = make(); _ = new Sgd(parameters, 1); return average; }));
        Assert.Equal(expected, Run((parameters, make) => { _ = (new Sgd(parameters[..2], 1), new Sgd(parameters[2..], 1)); return make(); }));
        Assert.Equal(expected, Run((parameters, make) => make()));

        static double[] Run(Func<Parameter[], Func<WeightAverage>, WeightAverage> arrange)
        {
            var random = new SplittableRandom(2);
            Parameter[] Three() => [ParameterGroupTests.Weights("a", 33, random), ParameterGroupTests.Weights("b", (5, 7), random), ParameterGroupTests.Weights("c", 1, random)];
            Parameter[] source = Three(), copy = Three(), next = Three();
            var average = arrange(source, () => new WeightAverage(source, copy));
            for (var i = 0; i < 3; i++)
            {
                source[i].CopyFrom(next[i].Values);
            }

            average.Update(0.1);
            average.Update(0.25);
            return Flat(copy);
        }
    }

    [Fact]
    public void AverageOfZero_ReachesZero_InsteadOfSubnormals()
    {
        Parameter source = new("w", 3), copy = new("w", 3);
        source.CopyFrom([1, -1e-29f, 0]);
        var average = new WeightAverage([source], [copy]);
        source.CopyFrom([0, 0, 0]);
        for (var i = 0; i < 200; i++)
        {
            average.Update(0.5);
            Assert.All(copy.Values.ToArray(), weight => Assert.True(weight == 0 || Math.Abs(weight) > 1e-30));
        }

        Assert.Equal([0, 0, 0], copy.Values.ToArray());
    }

    [Fact]
    public void Update_AllocatesNothing()
    {
        var random = new SplittableRandom(3);
        var average = new WeightAverage(Network(random), Network(random));
        average.Update(0.01);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
        {
            average.Update(0.01);
        }

        average.Update(1);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void WrongPairs_AreRefusedWithWhatToDo()
    {
        Parameter a = new("a", 2), b = new("b", 2), c = new("c", 3), owned = new("owned", 2);
        _ = new Sgd([owned], 1);
        Assert.Contains("2 parameters, the average 1", Assert.Throws<ArgumentException>(() => new WeightAverage([a, b], [c])).Message);
        Assert.Contains("a [2] where the average has c [3]", Assert.Throws<ArgumentException>(() => new WeightAverage([a], [c])).Message);
        Assert.Contains("'owned' of the average belongs to an optimizer", Assert.Throws<ArgumentException>(() => new WeightAverage([a], [owned])).Message);
        Assert.Contains("'a' of the average was given twice", Assert.Throws<ArgumentException>(() => new WeightAverage([a], [a])).Message);
        Assert.Contains("'b' of the average was given twice", Assert.Throws<ArgumentException>(() => new WeightAverage([a, owned], [b, b])).Message);
        var average = new WeightAverage([a], [b]);
        Assert.Throws<ArgumentOutOfRangeException>(() => average.Update(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => average.Update(1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => average.Update(double.NaN));
    }

    private static Mlp Network(SplittableRandom random) => new("net", 3, [17, 8], 2, Activation.Tanh, Initializer.Orthogonal(1), Initializer.Orthogonal(), random);

    private static double[] Flat(IEnumerable<Parameter> parameters) => [.. parameters.SelectMany(parameter => parameter.Values.ToArray()).Select(x => (double)x)];
}
