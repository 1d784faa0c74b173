namespace Bellman.Numerics.Tests;

/// <summary>Recurrent layers over sequences and step by step: bits, resets, allocations.</summary>
public sealed class RecurrentLayerTests : IDisposable
{
    private const int Steps = 12, Batch = 40, Inputs = 10, Width = 33;

    public void Dispose() => NumericsThreads.Count = 1;

    [Fact]
    public void Sequence_HasTheBitsOfSingleSteps()
    {
        Lstm lstm = new("lstm", Inputs, Width, new SplittableRandom(1));
        Gru gru = new("gru", Inputs, Width, new SplittableRandom(2));
        using var tape = new Tape(recording: false);
        var x = tape.Input(Observations(), (Steps, Batch, Inputs));
        var (outputs, last) = lstm.Forward(x, lstm.Start(tape, Batch));
        var (gruOutputs, gruLast) = gru.Forward(x, gru.Start(tape, Batch));
        var (state, gruState) = (lstm.Start(tape, Batch), gru.Start(tape, Batch));
        for (var step = 0; step < Steps; step++)
        {
            var row = x.Rows(step, 1).Reshape((Batch, Inputs));
            (state, gruState) = (lstm.Step(row, state), gru.Step(row, gruState));
            Assert.Equal(outputs.Rows(step, 1).Values, state.Hidden.Values);
            Assert.Equal(gruOutputs.Rows(step, 1).Values, gruState.Values);
        }

        Assert.Equal(state.Hidden.Values, last.Hidden.Values);
        Assert.Equal(state.Cell.Values, last.Cell.Values);
        Assert.Equal(gruState.Values, gruLast.Values);
    }

    [Fact]
    public void AfterAReset_ARowIsAsIfItStartedThere()
    {
        Lstm lstm = new("lstm", Inputs, Width, new SplittableRandom(1));
        Gru gru = new("gru", Inputs, Width, new SplittableRandom(2));
        using var tape = new Tape(recording: false);
        var x = tape.Input(Observations(), (Steps, Batch, Inputs));
        var resets = tape.Input((Steps, Batch), out var values);
        values.Clear();
        values.Slice(5 * Batch, Batch).Fill(1);
        var late = x.Rows(5, Steps - 5);
        Assert.Equal(lstm.Forward(late, lstm.Start(tape, Batch)).Outputs.Values, lstm.Forward(x, lstm.Start(tape, Batch), resets).Outputs.Rows(5, Steps - 5).Values);
        Assert.Equal(gru.Forward(late, gru.Start(tape, Batch)).Outputs.Values, gru.Forward(x, gru.Start(tape, Batch), resets).Outputs.Rows(5, Steps - 5).Values);
    }

    [Fact]
    public void Updates_HaveTheSameBits_OnSeveralThreads()
    {
        var one = Train(3);
        foreach (var threads in new[] { 2, 3 })
        {
            NumericsThreads.Count = threads;
            Assert.Equal(one, Train(3));
        }
    }

    [Fact]
    public void Updates_AllocateNothing_AfterTheFirst()
    {
        var (model, optimizer) = (new Model(), default(Adam));
        optimizer = new Adam(model.Parameters);
        using var tape = new Tape();
        for (var step = 0; step < 30; step++)
        {
            model.Step(tape, optimizer);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 10; step++)
        {
            model.Step(tape, optimizer);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Layers_StartAsInPyTorch()
    {
        Module[] layers = [new Lstm("layer", 5, 64, new SplittableRandom(1)), new Gru("layer", 5, 64, new SplittableRandom(1))];
        foreach (var layer in layers)
        {
            Assert.Equal(["layer.weight_ih", "layer.weight_hh", "layer.bias_ih", "layer.bias_hh"], layer.Parameters.Select(parameter => parameter.Name));
            Assert.All(layer.Parameters, parameter => Assert.InRange(parameter.Values.ToArray().Max(Math.Abs), 0.9 / 8, 1.0 / 8));
        }
    }

    internal static float[] Train(int steps)
    {
        var model = new Model();
        var optimizer = new Adam(model.Parameters, 1e-2);
        using var tape = new Tape();
        using var hot = NumericsThreads.Hot();
        for (var step = 0; step < steps; step++)
        {
            model.Step(tape, optimizer);
        }

        return [.. model.Parameters.SelectMany(parameter => parameter.Values.ToArray())];
    }

    private static float[] Observations() => [.. Enumerable.Range(0, Steps * Batch * Inputs).Select(i => MathF.Sin(i * i))];

    private sealed class Model : Module
    {
        private readonly Lstm lstm;
        private readonly Gru gru;
        private readonly float[] observations = Observations();
        private readonly float[] resets = [.. Enumerable.Range(0, Steps * Batch).Select(i => i % 17 == 0 ? 1f : 0)];

        public Model()
        {
            lstm = Add(new Lstm("lstm", Inputs, Width, new SplittableRandom(1)));
            gru = Add(new Gru("gru", Width, Width, new SplittableRandom(2)));
        }

        public void Step(Tape tape, Optimizer optimizer)
        {
            tape.Reset();
            var ends = tape.Input(resets, (Steps, Batch));
            var (outputs, state) = lstm.Forward(tape.Input(observations, (Steps, Batch, Inputs)), lstm.Start(tape, Batch), ends);
            var (second, _) = gru.Forward(outputs, gru.Start(tape, Batch), ends);
            optimizer.Step(second.Square().Mean() + state.Cell.Mean());
        }
    }
}
