using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>A function of one number and its derivative, given the number and the function's value there.</summary>
internal interface IUnaryOperation
{
    static abstract L Value<L>(L x) where L : unmanaged, ILanes<L>;

    static abstract L Derivative<L>(L x, L y) where L : unmanaged, ILanes<L>;

    /// <summary>The derivative times <paramref name="dx"/>, recorded as operations on x and y, so that it can be differentiated again.</summary>
    static abstract Tensor Tangent(Tensor x, Tensor y, Tensor dx);
}

/// <summary>A function of two numbers and its two partial derivatives, each times the gradient that flows in.</summary>
internal interface IBinaryOperation
{
    static abstract L Value<L>(L a, L b) where L : unmanaged, ILanes<L>;

    static abstract L TowardsA<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L>;

    static abstract L TowardsB<L>(L a, L b, L gradient) where L : unmanaged, ILanes<L>;

    /// <summary>The directional derivative, recorded as operations, so that it can be differentiated again. Null stands for zero; not both are.</summary>
    static abstract Tensor? Tangent(Tensor a, Tensor b, Tensor y, Tensor? da, Tensor? db);
}

/// <summary>y = f(x) over padded memory.</summary>
internal unsafe struct UnaryKernel<TOperation>(float* x, float* y, nint count) : IRangeKernel<UnaryKernel<TOperation>> where TOperation : IUnaryOperation
{
    public readonly UnaryKernel<TOperation> Range(nint start, nint length) => new(x + start, y + start, length);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        float* source = x, destination = y;
        var n = count;
        for (nint i = 0; i < n; i += L.Count)
        {
            TOperation.Value(L.Load(source + i)).Store(destination + i);
        }
    }
}

/// <summary>dx = dy·f'(x), or added to dx.</summary>
internal unsafe struct UnaryBackwardKernel<TOperation>(float* x, float* y, float* dy, float* dx, nint count, bool accumulate)
    : IRangeKernel<UnaryBackwardKernel<TOperation>> where TOperation : IUnaryOperation
{
    public readonly UnaryBackwardKernel<TOperation> Range(nint start, nint length) => new(x + start, y + start, dy + start, dx + start, length, accumulate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        float* input = x, output = y, gradient = dy, destination = dx;
        var n = count;
        if (accumulate)
        {
            for (nint i = 0; i < n; i += L.Count)
            {
                var derivative = TOperation.Derivative(L.Load(input + i), L.Load(output + i));
                L.MultiplyAdd(L.Load(gradient + i), derivative, L.Load(destination + i)).Store(destination + i);
            }
        }
        else
        {
            for (nint i = 0; i < n; i += L.Count)
            {
                (L.Load(gradient + i) * TOperation.Derivative(L.Load(input + i), L.Load(output + i))).Store(destination + i);
            }
        }
    }
}

/// <summary>y = f(a, b) over padded memory.</summary>
internal unsafe struct BinaryKernel<TOperation>(float* a, float* b, float* y, nint count) : IRangeKernel<BinaryKernel<TOperation>> where TOperation : IBinaryOperation
{
    public readonly BinaryKernel<TOperation> Range(nint start, nint length) => new(a + start, b + start, y + start, length);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        float* first = a, second = b, destination = y;
        var n = count;
        for (nint i = 0; i < n; i += L.Count)
        {
            TOperation.Value(L.Load(first + i), L.Load(second + i)).Store(destination + i);
        }
    }
}

/// <summary>The gradient towards one of two inputs, written or added.</summary>
internal unsafe struct BinaryBackwardKernel<TOperation>(float* a, float* b, float* dy, float* destination, nint count, bool accumulate, bool towardsA)
    : IRangeKernel<BinaryBackwardKernel<TOperation>> where TOperation : IBinaryOperation
{
    public readonly BinaryBackwardKernel<TOperation> Range(nint start, nint length) => new(a + start, b + start, dy + start, destination + start, length, accumulate, towardsA);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        float* first = a, second = b, gradient = dy, target = destination;
        var n = count;
        for (nint i = 0; i < n; i += L.Count)
        {
            L x = L.Load(first + i), y = L.Load(second + i), flow = L.Load(gradient + i);
            var share = towardsA ? TOperation.TowardsA(x, y, flow) : TOperation.TowardsB(x, y, flow);
            (accumulate ? L.Load(target + i) + share : share).Store(target + i);
        }
    }
}

/// <summary>y = scale·x + offset, or y += scale·x where <c>accumulate</c> is set.</summary>
internal unsafe struct AffineKernel(float* x, float* y, nint count, float scale, float offset, bool accumulate) : IRangeKernel<AffineKernel>
{
    public readonly AffineKernel Range(nint start, nint length) => new(x + start, y + start, length, scale, offset, accumulate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        float* source = x, destination = y;
        var n = count;
        L factor = L.Create(scale), constant = L.Create(offset);
        if (accumulate)
        {
            for (nint i = 0; i < n; i += L.Count)
            {
                L.MultiplyAdd(L.Load(source + i), factor, L.Load(destination + i)).Store(destination + i);
            }
        }
        else
        {
            for (nint i = 0; i < n; i += L.Count)
            {
                L.MultiplyAdd(L.Load(source + i), factor, constant).Store(destination + i);
            }
        }
    }
}

/// <summary>y = value, or y += value.</summary>
internal unsafe struct FillKernel(float* y, nint count, float value, bool accumulate) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        var destination = y;
        var n = count;
        var constant = L.Create(value);
        for (nint i = 0; i < n; i += L.Count)
        {
            (accumulate ? L.Load(destination + i) + constant : constant).Store(destination + i);
        }
    }
}

/// <summary>y = min(max(x, low), high).</summary>
internal unsafe struct ClampKernel(float* x, float* y, nint count, float low, float high) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        float* source = x, destination = y;
        var n = count;
        L lower = L.Create(low), upper = L.Create(high);
        for (nint i = 0; i < n; i += L.Count)
        {
            L.Min(L.Max(L.Load(source + i), lower), upper).Store(destination + i);
        }
    }
}

/// <summary>dx += dy where low ≤ x ≤ high.</summary>
internal unsafe struct ClampBackwardKernel(float* x, float* dy, float* dx, nint count, float low, float high, bool accumulate) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        float* source = x, gradient = dy, destination = dx;
        var n = count;
        L lower = L.Create(low), upper = L.Create(high);
        for (nint i = 0; i < n; i += L.Count)
        {
            var value = L.Load(source + i);
            var share = L.Load(gradient + i) & L.LessThanOrEqual(lower, value) & L.LessThanOrEqual(value, upper);
            (accumulate ? L.Load(destination + i) + share : share).Store(destination + i);
        }
    }
}
