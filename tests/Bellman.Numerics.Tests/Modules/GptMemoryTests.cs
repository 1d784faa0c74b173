namespace Bellman.Numerics.Tests;

/// <summary>What a step of a small GPT (4 layers, width 128, 4 heads, 64 words a sequence, a vocabulary of 1024) holds at once.</summary>
public sealed class GptMemoryTests
{
    private const int Batch = 32, Length = 64, Width = 128, Vocabulary = 1024;

    [Fact]
    public void Step_StaysWithin13TimesItsActivations_AndRecomputingHalvesIt_WithTheSameBits()
    {
        var plain = Step(recompute: false);
        var recomputed = Step(recompute: true);
        TestContext.Current.SendDiagnosticMessage(
            $"GPT step: activations {plain.Activations / 1e6:0.0} MB, peak {plain.Peak / 1e6:0.0} MB; recomputed {recomputed.Activations / 1e6:0.0} and {recomputed.Peak / 1e6:0.0} MB");
        Assert.Equal(plain.Gradient, recomputed.Gradient);
        Assert.True(plain.Peak <= 1.3 * plain.Activations, $"{plain.Peak} of {plain.Activations} bytes");
        Assert.True(recomputed.Peak <= 0.5 * plain.Peak, $"{recomputed.Peak} of {plain.Peak} bytes");
    }

    private static (float[] Gradient, long Activations, long Peak) Step(bool recompute)
    {
        var random = new SplittableRandom(1);
        var words = new Embedding("words", Vocabulary, Width, random, 0.02);
        var blocks = Enumerable.Range(0, 4).Select(i => new TransformerBlock($"blocks.{i}", Width, 4, causal: true, random, initializer: Initializer.Normal(0.02))).ToArray();
        var norm = new LayerNorm("norm", Width);
        var optimizer = new Sgd([.. words.Parameters, .. blocks.SelectMany(block => block.Parameters), .. norm.Parameters], 0);
        using var tape = new Tape();
        IndexTensor inputs = tape.Indices(Batch * Length, out var text), targets = tape.Indices(Batch * Length, out var next);
        for (var i = 0; i < text.Length; i++)
        {
            (text[i], next[i]) = (random.NextInt32(Vocabulary), random.NextInt32(Vocabulary));
        }

        var x = words.Forward(inputs).Reshape((Batch, Length, Width));
        foreach (var block in blocks)
        {
            x = recompute ? tape.Recompute(block.Forward, x) : block.Forward(x);
        }

        var loss = norm.Forward(x).CrossEntropy(tape.Use(words.Weight), targets, transposed: true);
        var activations = tape.HighWaterMark;
        optimizer.Backward(loss);
        return ([.. optimizer.Parameters.SelectMany(parameter => parameter.Gradient.ToArray())], activations, tape.HighWaterMark);
    }
}
