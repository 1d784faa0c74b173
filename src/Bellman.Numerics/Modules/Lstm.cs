namespace Bellman.Numerics;

/// <summary>What an LSTM carries from step to step.</summary>
/// <param name="Hidden">Its last output, <c>[batch, width]</c>.</param>
/// <param name="Cell"><c>[batch, width]</c>.</param>
public readonly record struct LstmState(Tensor Hidden, Tensor Cell);

/// <summary>A layer of long short-term memory, over sequences or step by step; see <see cref="Tensor.Lstm"/>.</summary>
/// <remarks>Two biases and a start in ±1/√width, as in PyTorch.</remarks>
public sealed class Lstm : Module
{
    private readonly Parameter inputWeight;
    private readonly Parameter hiddenWeight;
    private readonly Parameter inputBias;
    private readonly Parameter hiddenBias;

    /// <summary>A layer with weights drawn.</summary>
    /// <param name="name">The prefix of its parameters' names: <c>name.weight_ih</c>, <c>name.weight_hh</c>, <c>name.bias_ih</c>, <c>name.bias_hh</c>.</param>
    /// <param name="inputs">Width of the input.</param>
    /// <param name="width">Of the hidden state, the output and the cell.</param>
    /// <param name="random">Where the draws come from.</param>
    public Lstm(string name, int inputs, int width, SplittableRandom random)
    {
        Width = width;
        inputWeight = Add(new Parameter($"{name}.weight_ih", (inputs, 4 * width)));
        hiddenWeight = Add(new Parameter($"{name}.weight_hh", (width, 4 * width)));
        inputBias = Add(new Parameter($"{name}.bias_ih", 4 * width));
        hiddenBias = Add(new Parameter($"{name}.bias_hh", 4 * width));
        foreach (var parameter in Parameters)
        {
            Initializer.FillUniform(parameter, 1 / Math.Sqrt(width), random);
        }
    }

    /// <summary>Width of the hidden state, the output and the cell.</summary>
    public int Width { get; }

    /// <summary>The state that a sequence starts from: zeros.</summary>
    public LstmState Start(Tape tape, int batch)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return new(tape.Fill(0, (batch, Width)), tape.Fill(0, (batch, Width)));
    }

    /// <summary>The layer over a sequence.</summary>
    /// <param name="x"><c>[steps, batch, inputs]</c>.</param>
    /// <param name="state">The state to start from.</param>
    /// <param name="resets">1 where a row starts anew before a step, its state being set to zero, <c>[steps, batch]</c>; none resets nothing.</param>
    /// <returns>The outputs, <c>[steps, batch, width]</c>, and the state after the last step.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public (Tensor Outputs, LstmState State) Forward(Tensor x, LstmState state, Tensor? resets = null)
    {
        var tape = x.Tape;
        var gates = Tensor.Linear(x, tape.Use(inputWeight), tape.Use(inputBias) + tape.Use(hiddenBias));
        var (outputs, hidden, cell) = Tensor.Lstm(gates, state.Hidden, state.Cell, tape.Use(hiddenWeight), resets);
        return (outputs, new LstmState(hidden, cell));
    }

    /// <summary>One step: <c>[batch, inputs]</c> to the state after it, whose hidden part is the output.</summary>
    public LstmState Step(Tensor x, LstmState state) => Forward(x.Reshape((1, x.Shape[0], x.Shape[1])), state).State;
}
