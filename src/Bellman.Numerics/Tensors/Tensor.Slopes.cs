namespace Bellman.Numerics;

// Derivatives of functions made of straight pieces: constants, through which nothing is differentiated again.
public readonly unsafe partial struct Tensor
{
    internal static Tensor Slopes<TOperation>(Tensor x, Tensor y) where TOperation : IUnaryOperation
    {
        var tape = x.Tape;
        var slopes = Ones(x, out var memory);
        KernelDispatch.Run(new UnaryBackwardKernel<TOperation>(tape.Node(x).Value, tape.Node(y).Value, memory, memory, x.Count, accumulate: false), x.Count);
        return slopes;
    }

    internal static Tensor Slopes<TOperation>(Tensor a, Tensor b, bool towardsA) where TOperation : IBinaryOperation
    {
        var tape = a.Tape;
        var slopes = Ones(a, out var memory);
        KernelDispatch.Run(new BinaryBackwardKernel<TOperation>(tape.Node(a).Value, tape.Node(b).Value, memory, memory, a.Count, accumulate: false, towardsA), a.Count);
        return slopes;
    }

    private static Tensor Slopes(Tensor x, float low, float high)
    {
        var slopes = Ones(x, out var memory);
        KernelDispatch.Run(new ClampBackwardKernel(x.Tape.Node(x).Value, memory, memory, x.Count, low, high, accumulate: false));
        return slopes;
    }

    // The gradient kernels turn these into the derivatives, in place.
    private static Tensor Ones(Tensor like, out float* memory)
    {
        var ones = like.Tape.Fill(1, like.Shape);
        memory = like.Tape.Node(ones).Value;
        return ones;
    }
}
