namespace Bellman.Numerics.Tests;

/// <summary>A language model of two blocks: bits, allocations, and what its layers promise.</summary>
public sealed class TransformerTests : IDisposable
{
    private const int Batch = 4, Length = 64, Width = 48, Vocabulary = 1030;

    public void Dispose() => NumericsThreads.Count = 1;

    [Fact]
    public void Updates_HaveTheSameBits_OnSeveralThreads()
    {
        var one = Weights(Train(2));
        foreach (var threads in new[] { 2, 3 })
        {
            NumericsThreads.Count = threads;
            Assert.Equal(one, Weights(Train(2)));
        }

        static float[] Weights(Model model) => [.. model.Parameters.SelectMany(parameter => parameter.Values.ToArray())];
    }

    [Fact]
    public void RecomputedBlocks_WithDropout_HaveTheSameBits_AndNeedLessMemory()
    {
        var (kept, recomputed) = (new Model(dropout: 0.1), new Model(dropout: 0.1) { Recompute = true });
        using Tape first = new(), second = new();
        Adam firstOptimizer = new(kept.Parameters), secondOptimizer = new(recomputed.Parameters);
        for (var step = 0; step < 3; step++)
        {
            kept.Step(first, firstOptimizer, step);
            recomputed.Step(second, secondOptimizer, step);
        }

        Assert.All(kept.Parameters.Zip(recomputed.Parameters), pair => Assert.Equal(pair.First.Values, pair.Second.Values));
        Assert.InRange(second.HighWaterMark, 1, 0.8 * first.HighWaterMark);
    }

    [Fact]
    public void Updates_AllocateNothing_AfterTheFirst()
    {
        var model = new Model(dropout: 0.1);
        var optimizer = new Adam(model.Parameters);
        using var tape = new Tape();
        for (var step = 0; step < 30; step++)
        {
            model.Step(tape, optimizer, step);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 10; step++)
        {
            model.Step(tape, optimizer, step);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Padding_ChangesNothingBeforeIt_AndCausalBlocksLookBackOnly()
    {
        var block = new TransformerBlock("block", 12, 2, causal: true, new SplittableRandom(1));
        using var tape = new Tape(recording: false);
        var x = Enumerable.Range(0, 5 * 12).Select(i => MathF.Sin(i)).ToArray();
        var whole = block.Forward(tape.Input(x, (1, 5, 12))).Values.ToArray();
        var prefix = block.Forward(tape.Input(x.AsSpan(0, 36), (1, 3, 12))).Values;
        Assert.Equal(whole.AsSpan(0, 36), prefix);

        var bidirectional = new TransformerBlock("block", 12, 2, causal: false, new SplittableRandom(1));
        var padded = bidirectional.Forward(tape.Input(x, (1, 5, 12)), tape.Input([1, 1, 1, 0, 0], (1, 5))).Values;
        Assert.Equal(bidirectional.Forward(tape.Input(x.AsSpan(0, 36), (1, 3, 12))).Values, padded[..36]);
    }

    [Fact]
    public void AttentionToItself_IsTheSameByBothWays()
    {
        var attention = new MultiHeadAttention("attention", 12, 3, new SplittableRandom(1));
        using var tape = new Tape();
        var x = tape.Input([.. Enumerable.Range(0, 2 * 5 * 12).Select(i => MathF.Sin(i))], (2, 5, 12));
        Assert.Equal(attention.Forward(x).Values, attention.Forward(x, x).Values);
    }

    [Fact]
    public void MultiHeadAttention_StartsAsInPyTorch()
    {
        var attention = new MultiHeadAttention("attention", 32, 4, new SplittableRandom(1));
        Assert.Equal(["attention.in.weight", "attention.in.bias", "attention.out.weight", "attention.out.bias"], attention.Parameters.Select(parameter => parameter.Name));
        AssertBound(attention.Parameters[0], Math.Sqrt(6.0 / 128));
        AssertBound(attention.Parameters[2], Math.Sqrt(1.0 / 32));
        Assert.All(attention.Parameters[1].Values.ToArray().Concat(attention.Parameters[3].Values.ToArray()), value => Assert.Equal(0, value));

        static void AssertBound(Parameter parameter, double bound) => Assert.InRange(parameter.Values.ToArray().Max(Math.Abs), 0.95 * bound, bound);
    }

    [Fact]
    public void DropoutLayer_DropsOnlyInTraining()
    {
        var dropout = new Dropout(0.5, new SplittableRandom(1));
        using Tape learning = new(), acting = new(recording: false);
        Assert.Contains(0, dropout.Forward(learning.Fill(1, 100)).Values.ToArray());
        Assert.DoesNotContain(0, dropout.Forward(acting.Fill(1, 100)).Values.ToArray());
    }

    internal static Model Train(int steps)
    {
        var model = new Model(dropout: 0.1);
        var optimizer = new Adam(model.Parameters, 1e-2);
        using var tape = new Tape();
        using var hot = NumericsThreads.Hot();
        for (var step = 0; step < steps; step++)
        {
            model.Step(tape, optimizer, step);
        }

        return model;
    }

    internal sealed class Model : Module
    {
        private readonly Embedding words;
        private readonly TransformerBlock first, second;
        private readonly LayerNorm norm;
        private readonly int[] tokens = [.. Enumerable.Range(0, (Batch * Length) + 1).Select(i => i * i % Vocabulary)];

        public Model(double dropout)
        {
            var random = new SplittableRandom(3);
            words = Add(new Embedding("words", Vocabulary, Width, random, 0.1));
            first = Add(new TransformerBlock("first", Width, 4, causal: true, random, dropout));
            second = Add(new TransformerBlock("second", Width, 2, causal: true, random, dropout, Activation.Silu));
            norm = Add(new LayerNorm("norm", Width));
        }

        public bool Recompute { get; init; }

        public void Step(Tape tape, Optimizer optimizer, int step)
        {
            tape.Reset();
            tokens[step % Length] = step;
            var x = words.Forward(tape.Indices(tokens.AsSpan(0, Batch * Length))).Reshape((Batch, Length, Width));
            var loss = norm.Forward(Through(second, Through(first, x))).CrossEntropy(tape.Use(words.Weight), tape.Indices(tokens.AsSpan(1)), transposed: true);
            optimizer.Step(loss, 1);
        }

        private Tensor Through(TransformerBlock block, Tensor x) => Recompute ? x.Tape.Recompute(block.Forward, x, block.DropoutStream) : block.Forward(x);
    }
}
