namespace Bellman.Numerics.Tests;

public sealed class TapeTests
{
    [Fact]
    public void Backward_ReachesOnlyTheOptimizersParameters()
    {
        Parameter mine = new("mine", 3), others = new("others", 3), target = new("target", 3);
        mine.CopyFrom([1, 2, 3]);
        others.CopyFrom([4, 5, 6]);
        Sgd first = new([mine], 0.1), second = new([others], 0.1);
        using var tape = new Tape();
        first.Backward((tape.Use(mine) * tape.Use(others) * (tape.Use(target) + 1f)).Sum());
        Assert.Equal([4, 5, 6], mine.Gradient.ToArray());
        Assert.Equal([0, 0, 0], others.Gradient.ToArray());
        Assert.True(target.Gradient.IsEmpty);
        Assert.NotNull(second);
    }

    [Fact]
    public void Parameter_HasOneOwner()
    {
        var parameter = new Parameter("shared", 2);
        _ = new Sgd([parameter], 0.1);
        Assert.Throws<ArgumentException>(() => new Adam([parameter]));
    }

    [Fact]
    public void Detach_StopsTheGradient()
    {
        var parameter = new Parameter("x", 2);
        parameter.CopyFrom([3, 5]);
        var optimizer = new Sgd([parameter], 0.1);
        using var tape = new Tape();
        var x = tape.Use(parameter);
        optimizer.Backward((x * x.Detach()).Sum());
        Assert.Equal([3, 5], parameter.Gradient.ToArray());
    }

    [Fact]
    public void SameParameterUsedTwice_GradientsAddUp()
    {
        var parameter = new Parameter("x", 2);
        parameter.CopyFrom([3, 5]);
        var optimizer = new Sgd([parameter], 0.1);
        using var tape = new Tape();
        optimizer.Backward((tape.Use(parameter) * tape.Use(parameter)).Sum());
        Assert.Equal([6, 10], parameter.Gradient.ToArray());
    }

    [Fact]
    public void NotRecordingTape_GivesTheSameBits_AndRefusesBackward()
    {
        var parameter = new Parameter("x", (3, 40));
        parameter.CopyFrom(Enumerable.Range(0, 120).Select(i => (i - 60) / 40f).ToArray());
        var optimizer = new Sgd([parameter], 0.1);
        using Tape recording = new(), acting = new(recording: false);
        var learned = recording.Use(parameter).LogSoftmax().Exp().Sum();
        var acted = acting.Use(parameter).LogSoftmax().Exp().Sum();
        Assert.Equal(learned.Item, acted.Item);
        Assert.Throws<InvalidOperationException>(() => optimizer.Backward(acted));
    }

    [Fact]
    public void Rounds_AllocateNothing_AfterTheFirst()
    {
        var network = new Mlp("net", 4, [64, 64], 2, Activation.Tanh, Initializer.Orthogonal(), Initializer.Orthogonal(0.01), new SplittableRandom(1));
        var optimizer = new Adam(network.Parameters);
        using var tape = new Tape();
        var observations = new float[64 * 4];
        for (var round = 0; round < 50; round++)
        {
            Round();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 50; round++)
        {
            Round();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            tape.Reset();
            optimizer.Step(network.Forward(tape.Input(observations, (64, 4))).LogSoftmax().Square().Mean(), 0.5);
        }
    }

    [Fact]
    public void NotFinite_NamesTheParameter()
    {
        Parameter fine = new("fine", 2), bad = new("policy.0.weight", 2);
        fine.CopyFrom([1, 1]);
        bad.CopyFrom([0, 1]);
        var optimizer = new Sgd([fine, bad], 0.1);
        using var tape = new Tape();
        optimizer.Backward(tape.Use(fine).Sum() + tape.Use(bad).Sqrt().Sum());
        var error = Assert.Throws<NotFiniteNumberException>(() => optimizer.ClipGradientNorm(1));
        Assert.Contains("policy.0.weight", error.Message);
    }
}
