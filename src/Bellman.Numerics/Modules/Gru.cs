namespace Bellman.Numerics;

/// <summary>A layer of gated recurrent units, over sequences or step by step; see <see cref="Tensor.Gru"/>.</summary>
/// <remarks>Two biases and a start in ±1/√width, as in PyTorch.</remarks>
public sealed class Gru : Module
{
    private readonly Parameter inputWeight;
    private readonly Parameter hiddenWeight;
    private readonly Parameter inputBias;
    private readonly Parameter hiddenBias;

    /// <summary>A layer with weights drawn.</summary>
    /// <param name="name">The prefix of its parameters' names: <c>name.weight_ih</c>, <c>name.weight_hh</c>, <c>name.bias_ih</c>, <c>name.bias_hh</c>.</param>
    /// <param name="inputs">Width of the input.</param>
    /// <param name="width">Of the state, which is the output.</param>
    /// <param name="random">Where the draws come from.</param>
    public Gru(string name, int inputs, int width, SplittableRandom random)
    {
        Width = width;
        inputWeight = Add(new Parameter($"{name}.weight_ih", (inputs, 3 * width)));
        hiddenWeight = Add(new Parameter($"{name}.weight_hh", (width, 3 * width)));
        inputBias = Add(new Parameter($"{name}.bias_ih", 3 * width));
        hiddenBias = Add(new Parameter($"{name}.bias_hh", 3 * width));
        foreach (var parameter in Parameters)
        {
            Initializer.FillUniform(parameter, 1 / Math.Sqrt(width), random);
        }
    }

    /// <summary>Width of the state, which is the output.</summary>
    public int Width { get; }

    /// <summary>The state that a sequence starts from: zeros.</summary>
    public Tensor Start(Tape tape, int batch)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.Fill(0, (batch, Width));
    }

    /// <summary>The layer over a sequence.</summary>
    /// <param name="x"><c>[steps, batch, inputs]</c>.</param>
    /// <param name="state">The state to start from, <c>[batch, width]</c>.</param>
    /// <param name="resets">1 where a row starts anew before a step, its state being set to zero, <c>[steps, batch]</c>; none resets nothing.</param>
    /// <returns>The outputs, <c>[steps, batch, width]</c>, and the last of them.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public (Tensor Outputs, Tensor State) Forward(Tensor x, Tensor state, Tensor? resets = null)
    {
        var tape = x.Tape;
        return Tensor.Gru(Tensor.Linear(x, inputWeight, inputBias), state, tape.Use(hiddenWeight), tape.Use(hiddenBias), resets);
    }

    /// <summary>One step: <c>[batch, inputs]</c> to the state after it.</summary>
    public Tensor Step(Tensor x, Tensor state) => Forward(x.Reshape((1, x.Shape[0], x.Shape[1])), state).State;
}
