using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>y = c·(|x| − ½c) with c = min(|x|, δ), which is both pieces of the Huber loss.</summary>
internal unsafe struct HuberKernel(float* x, float* y, nint count, float delta) : IRangeKernel<HuberKernel>
{
    public readonly HuberKernel Range(nint start, nint length) => new(x + start, y + start, length, delta);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        float* source = x, destination = y;
        var n = count;
        L bound = L.Create(delta), half = L.Create(-0.5f);
        for (nint i = 0; i < n; i += L.Count)
        {
            var size = L.Abs(L.Load(source + i));
            var near = L.Min(size, bound);
            (near * L.MultiplyAdd(near, half, size)).Store(destination + i);
        }
    }
}

/// <summary>dx = dy·min(max(x, −δ), δ), or added to dx.</summary>
internal unsafe struct HuberBackwardKernel(float* x, float* dy, float* dx, nint count, float delta, bool accumulate) : IRangeKernel<HuberBackwardKernel>
{
    public readonly HuberBackwardKernel Range(nint start, nint length) => new(x + start, dy + start, dx + start, length, delta, accumulate);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        float* source = x, gradient = dy, destination = dx;
        var n = count;
        L high = L.Create(delta), low = L.Create(-delta), zero = L.Create(0);
        for (nint i = 0; i < n; i += L.Count)
        {
            var slope = L.Min(L.Max(L.Load(source + i), low), high);
            L.MultiplyAdd(L.Load(gradient + i), slope, accumulate ? L.Load(destination + i) : zero).Store(destination + i);
        }
    }
}
