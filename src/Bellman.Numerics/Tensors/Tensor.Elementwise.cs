using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

// Functions of each element alone, and of pairs of elements.
public readonly unsafe partial struct Tensor
{
    /// <summary>a + b.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => Binary<Addition>(a, b);

    /// <summary>a − b.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => Binary<Subtraction>(a, b);

    /// <summary>a·b, element by element.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => Binary<Multiplication>(a, b);

    /// <summary>a / b, element by element.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => Binary<Division>(a, b);

    /// <summary>a + b.</summary>
    public static Tensor operator +(Tensor a, float b) => Affine(a, 1, b);

    /// <summary>a + b.</summary>
    public static Tensor operator +(float a, Tensor b) => Affine(b, 1, a);

    /// <summary>a − b.</summary>
    public static Tensor operator -(Tensor a, float b) => Affine(a, 1, -b);

    /// <summary>a − b.</summary>
    public static Tensor operator -(float a, Tensor b) => Affine(b, -1, a);

    /// <summary>a·b.</summary>
    public static Tensor operator *(Tensor a, float b) => Affine(a, b, 0);

    /// <summary>a·b.</summary>
    public static Tensor operator *(float a, Tensor b) => Affine(b, a, 0);

    /// <summary>a·(1/b): one rounding more than a division.</summary>
    public static Tensor operator /(Tensor a, float b) => Affine(a, 1 / b, 0);

    /// <summary>a / b.</summary>
    public static Tensor operator /(float a, Tensor b) => Affine(b.Reciprocal(), a, 0);

    /// <summary>−a.</summary>
    public static Tensor operator -(Tensor a) => Affine(a, -1, 0);

    /// <summary>The smaller of each pair. Where both are equal the gradient goes to <paramref name="a"/>.</summary>
    public static Tensor Minimum(Tensor a, Tensor b) => Binary<MinimumOf>(a, b);

    /// <summary>The larger of each pair. Where both are equal the gradient goes to <paramref name="a"/>.</summary>
    public static Tensor Maximum(Tensor a, Tensor b) => Binary<MaximumOf>(a, b);

    /// <summary><paramref name="a"/> where <paramref name="mask"/> is not 0, <paramref name="b"/> elsewhere. The mask gets no gradient.</summary>
    /// <exception cref="ArgumentException">The three shapes differ.</exception>
    public static Tensor Where(Tensor mask, Tensor a, Tensor b)
    {
        var tape = mask.Tape;
        var shape = tape.Node(mask).Shape;
        if (tape.Node(a).Shape != shape || tape.Node(b).Shape != shape)
        {
            throw new ArgumentException($"Where needs three equal shapes, but was given {shape}, {a.Shape} and {b.Shape}.");
        }

        var output = tape.Push(shape, a.Index, b.Index, mask.Index);
        ref var node = ref tape.Node(output);
        float* m = tape.Node(mask).Value, x = tape.Node(a).Value, y = tape.Node(b).Value;
        for (nint i = 0; i < node.Count; i++)
        {
            node.Value[i] = m[i] != 0 ? x[i] : y[i];
        }

        node.Backward = &Backward;
        node.Tangent = &Tangent;
        return new Tensor(tape, output, mask.Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var m = tape.Node(node.C).Value;
            float* towardsA = tape.GradientToAddTo(node.A), towardsB = tape.GradientToAddTo(node.B);
            for (nint i = 0; i < node.Count; i++)
            {
                var target = m[i] != 0 ? towardsA : towardsB;
                if (target != null)
                {
                    target[i] += node.Gradient[i];
                }
            }
        }

        static Tensor? Tangent(in TangentInputs of) => Where(of.Tape.TensorAt(of.Node.C), of.OrZero(of.TangentA, of.Node.Shape), of.OrZero(of.TangentB, of.Node.Shape));
    }

    /// <summary>e to the power of each element.</summary>
    public Tensor Exp() => Unary<Exponential>(this);

    /// <summary>The natural logarithm.</summary>
    public Tensor Log() => Unary<Logarithm>(this);

    /// <summary>The hyperbolic tangent.</summary>
    public Tensor Tanh() => Unary<HyperbolicTangent>(this);

    /// <summary>1 / (1 + e^−x).</summary>
    public Tensor Sigmoid() => Unary<Logistic>(this);

    /// <summary>log(1 + e^x), without overflow.</summary>
    public Tensor Softplus() => Unary<SoftplusOf>(this);

    /// <summary>max(x, 0); the derivative at 0 is 0.</summary>
    public Tensor Relu() => Unary<Rectified>(this);

    /// <summary>The error function.</summary>
    public Tensor Erf() => Unary<ErrorFunction>(this);

    /// <summary>x².</summary>
    public Tensor Square() => Unary<SquareOf>(this);

    /// <summary>√x.</summary>
    public Tensor Sqrt() => Unary<SquareRoot>(this);

    /// <summary>|x|; the derivative at 0 is 0.</summary>
    public Tensor Abs() => Unary<AbsoluteValue>(this);

    /// <summary>1 / x.</summary>
    public Tensor Reciprocal() => Unary<ReciprocalOf>(this);

    /// <summary>Each element moved into [low, high]. The gradient passes where it lay inside, the bounds included.</summary>
    /// <exception cref="ArgumentException">low exceeds high.</exception>
    public Tensor Clamp(float low, float high)
    {
        if (low > high)
        {
            throw new ArgumentException($"The lower bound {low} exceeds the upper bound {high}.", nameof(low));
        }

        var tape = Tape;
        tape.Check(this);
        var output = tape.PushLike(Index, Index);
        ref var node = ref tape.Node(output);
        node.Float0 = low;
        node.Float1 = high;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        KernelDispatch.Run(new ClampKernel(tape.Node(Index).Value, node.Value, node.Count, low, high));
        return new Tensor(tape, output, Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientOf(node.A, out var accumulate);
            KernelDispatch.Run(new ClampBackwardKernel(tape.Node(node.A).Value, node.Gradient, destination, node.Count, node.Float0, node.Float1, accumulate));
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA * Slopes(of.A, of.Node.Float0, of.Node.Float1);
    }

    /// <summary>The same value, through which no gradient flows.</summary>
    public Tensor Detach()
    {
        ref var node = ref Tape.Node(this);
        return new Tensor(Tape, Tape.PushAlias(node.Shape, node.Value, -1), Generation);
    }

    private static Tensor Unary<TOperation>(Tensor x, [CallerMemberName] string operation = "") where TOperation : IUnaryOperation
    {
        var tape = x.Tape;
        tape.Check(x);
        var output = tape.PushLike(x.Index, x.Index, operation: operation);
        ref var node = ref tape.Node(output);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        KernelDispatch.Run(new UnaryKernel<TOperation>(tape.Node(x.Index).Value, node.Value, node.Count), node.Count);
        return new Tensor(tape, output, x.Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientOf(node.A, out var accumulate);
            KernelDispatch.Run(new UnaryBackwardKernel<TOperation>(tape.Node(node.A).Value, node.Value, node.Gradient, destination, node.Count, accumulate), node.Count);
        }

        static Tensor? Tangent(in TangentInputs of) => TOperation.Tangent(of.A, of.Output, of.TangentA!.Value);
    }

    private static Tensor Binary<TOperation>(Tensor a, Tensor b, [CallerMemberName] string operation = "") where TOperation : IBinaryOperation
    {
        var tape = a.Tape;
        if (!ReferenceEquals(tape, b.Tape) || tape.Node(a).Shape != tape.Node(b).Shape)
        {
            var (left, right) = MatchShapes(a, b);
            return Binary<TOperation>(left, right, operation);
        }

        var output = tape.PushLike(a.Index, a.Index, b.Index, operation: operation);
        ref var node = ref tape.Node(output);
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        KernelDispatch.Run(new BinaryKernel<TOperation>(tape.Node(a.Index).Value, tape.Node(b.Index).Value, node.Value, node.Count), node.Count);
        return new Tensor(tape, output, a.Generation);

        static void Backward(Tape tape, ref Node node)
        {
            if (typeof(TOperation) == typeof(Addition))
            {
                PassSum(tape, ref node);
                return;
            }

            float* first = tape.Node(node.A).Value, second = tape.Node(node.B).Value;
            var destination = tape.GradientOf(node.A, out var accumulate);
            if (destination != null)
            {
                KernelDispatch.Run(new BinaryBackwardKernel<TOperation>(first, second, node.Gradient, destination, node.Count, accumulate, towardsA: true), node.Count);
            }

            // Asked only now: for x·x both inputs are one node, and the first share must be added to, not overwritten.
            destination = tape.GradientOf(node.B, out accumulate);
            if (destination != null)
            {
                KernelDispatch.Run(new BinaryBackwardKernel<TOperation>(first, second, node.Gradient, destination, node.Count, accumulate, towardsA: false), node.Count);
            }
        }

        static Tensor? Tangent(in TangentInputs of) => TOperation.Tangent(of.A, of.B, of.Output, of.TangentA, of.TangentB);
    }

    // Both inputs get the sum's own gradient; one of them may take over its memory.
    private static void PassSum(Tape tape, ref Node node)
    {
        if (tape.Node(node.A).Needed)
        {
            var destination = tape.GradientOf(node.B, out var accumulate);
            if (destination != null)
            {
                KernelDispatch.Run(new AffineKernel(node.Gradient, destination, node.Count, 1, 0, accumulate), node.Count);
            }

            tape.PassGradient(ref node, node.A);
            return;
        }

        tape.PassGradient(ref node, node.B);
    }

    private static Tensor Affine(Tensor x, float scale, float offset)
    {
        var tape = x.Tape;
        tape.Check(x);
        var output = tape.PushLike(x.Index, x.Index);
        ref var node = ref tape.Node(output);
        node.Float0 = scale;
        node.Backward = &Backward;
        node.Tangent = &Tangent;
        KernelDispatch.Run(new AffineKernel(tape.Node(x.Index).Value, node.Value, node.Count, scale, offset, accumulate: false), node.Count);
        return new Tensor(tape, output, x.Generation);

        static void Backward(Tape tape, ref Node node)
        {
            var destination = tape.GradientOf(node.A, out var accumulate);
            KernelDispatch.Run(new AffineKernel(node.Gradient, destination, node.Count, node.Float0, 0, accumulate), node.Count);
        }

        static Tensor? Tangent(in TangentInputs of) => of.TangentA * of.Node.Float0;
    }
}
