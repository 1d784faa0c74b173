namespace Bellman.Numerics;

// The gated and exponential activations, and the Huber loss.
public readonly unsafe partial struct Tensor
{
    /// <summary>x·Φ(x) with Φ the normal distribution function.</summary>
    /// <remarks>Hendrycks and Gimpel 2016, arXiv:1606.08415. PyTorch's default form.</remarks>
    public Tensor Gelu() => Unary<GaussianGated>(this);

    /// <summary>½x·(1 + tanh(√(2/π)·(x + 0.044715x³))): GPT-2's form of <see cref="Gelu"/>, within 1e-3 of it and faster.</summary>
    public Tensor GeluTanh() => Unary<GaussianGatedByTanh>(this);

    /// <summary>x·sigmoid(x), also called swish.</summary>
    /// <remarks>Elfwing et al. 2018, arXiv:1702.03118.</remarks>
    public Tensor Silu() => Unary<LogisticGated>(this);

    /// <summary>x above 0, e^x − 1 below.</summary>
    /// <remarks>Clevert et al. 2016, arXiv:1511.07289, with α = 1.</remarks>
    public Tensor Elu() => Unary<ExponentialLinear>(this);

    /// <summary>½x² where |x| ≤ δ, δ·(|x| − ½δ) beyond: a squared error whose gradient is bounded. x is the error.</summary>
    /// <param name="delta">Where the square turns into a line.</param>
    /// <exception cref="ArgumentOutOfRangeException">δ is not positive.</exception>
    public Tensor Huber(float delta = 1)
    {
        if (!(delta > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), $"The Huber loss needs a positive δ, but was given {delta}.");
        }

        var (tape, shape) = (Tape, Tape.Node(this).Shape);
        var output = tape.Push(shape, Index);
        ref var node = ref tape.Node(output);
        node.Float0 = delta;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        KernelDispatch.Run(new HuberKernel(tape.Node(Index).Value, node.Value, node.Count, delta), node.Count);
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientOf(node.A, out var accumulate);
            KernelDispatch.Run(new HuberBackwardKernel(tape.Node(node.A).Value, node.Gradient, destination, node.Count, node.Float0, accumulate), node.Count);
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA * of.A.Clamp(-of.Node.Float0, of.Node.Float0);
    }

    /// <summary>The function of a layer's name.</summary>
    internal Tensor Activate(Activation activation) => activation switch
    {
        Activation.None => this,
        Activation.Tanh => Tanh(),
        Activation.Relu => Relu(),
        Activation.Sigmoid => Sigmoid(),
        Activation.Elu => Elu(),
        Activation.Silu => Silu(),
        Activation.Gelu => Gelu(),
        Activation.GeluTanh => GeluTanh(),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), $"There is no activation {activation}."),
    };
}
