namespace Bellman.Numerics.Tests;

/// <summary>Runs in the child process that <see cref="TapeMemoryTests"/> starts with BELLMAN_POISON=1.</summary>
public sealed class PoisonTests
{
    [Fact]
    public unsafe void FreedMemory_IsFilledWithNaN()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("BELLMAN_POISON") == "1", "Only in a process that was started to be poisoned.");
        using var tape = new Tape();
        var tensor = tape.Fill(1, 100);
        var memory = tape.Node(tensor).Value;
        var parameter = new Parameter("x", 100);
        var optimizer = new Sgd([parameter], 0);
        var loss = (tape.Use(parameter) * tensor).Square().Mean();
        var gradients = tape.Allocate(0);
        optimizer.Backward(loss);
        Assert.True(new ReadOnlySpan<float>(gradients, 100).ToArray().All(float.IsNaN));
        Assert.Equal(1, memory[0]);
        tape.Reset();
        Assert.True(new ReadOnlySpan<float>(memory, 100).ToArray().All(float.IsNaN));
    }
}
