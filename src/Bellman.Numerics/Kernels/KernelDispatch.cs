using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>A kernel with its arguments, written once for every register width.</summary>
internal interface IKernel
{
    void Run<L>() where L : unmanaged, ILanes<L>;
}

/// <summary>A kernel whose elements do not depend on each other, so that threads can share them.</summary>
internal interface IRangeKernel<TSelf> : IKernel where TSelf : struct, IRangeKernel<TSelf>
{
    /// <summary>The kernel on elements from a multiple of 16 on.</summary>
    TSelf Range(nint start, nint count);
}

/// <summary>A kernel whose rows do not depend on each other, so that threads can share them.</summary>
internal interface IRowKernel<TSelf> : IKernel where TSelf : struct, IRowKernel<TSelf>
{
    /// <summary>The kernel on some of its rows.</summary>
    TSelf Rows(nint start, nint count);
}

/// <summary>Runs kernels at this machine's width: the one place that chooses.</summary>
internal static unsafe class KernelDispatch
{
    // Below this the hand-over costs more than half of the work.
    private const nint WorthSplitting = 16 * 1024;

    private static readonly KernelSet Set = NumericsInfo.KernelSet;

    /// <summary>
    /// Runs a kernel, large ones over the threads by the shares that products have: so a thread finds in its own cache what it made before.
    /// Kernels come by reference: a copy would read in wide pieces what was just written in narrow ones, and wait until that has reached the cache.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TKernel>(in TKernel kernel, nint count) where TKernel : unmanaged, IRangeKernel<TKernel> => RunColumns(kernel, count, count);

    /// <summary>The same where each of the elements that can be shared, a column, stands for many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunColumns<TKernel>(in TKernel kernel, nint count, nint elements) where TKernel : unmanaged, IRangeKernel<TKernel>
    {
        if (elements >= WorthSplitting && count > 16)
        {
            ShareColumns(kernel, count);
            return;
        }

        Run(kernel);
    }

    /// <summary>Runs a kernel of rows, over the threads if there are enough elements in all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunRows<TKernel>(in TKernel kernel, nint rows, nint elements) where TKernel : unmanaged, IRowKernel<TKernel>
    {
        if (elements >= WorthSplitting && rows > 1)
        {
            ShareRows(kernel, rows);
            return;
        }

        Run(kernel);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TKernel>(in TKernel kernel) where TKernel : struct, IKernel
    {
        // Called through "in" the compiler would copy it.
        ref var arguments = ref Unsafe.AsRef(in kernel);
        switch (Set)
        {
            case KernelSet.Avx512:
                arguments.Run<Lanes512>();
                break;
            case KernelSet.Avx2:
                arguments.Run<Lanes256>();
                break;
            case KernelSet.Vector128:
                arguments.Run<Lanes128>();
                break;
            default:
                arguments.Run<LanesScalar>();
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ShareColumns<TKernel>(TKernel kernel, nint count) where TKernel : unmanaged, IRangeKernel<TKernel>
    {
        if (NumericsThreads.Count == 1 || !NumericsThreads.IsHot)
        {
            Run(kernel);
            return;
        }

        NumericsThreads.SplitRows(AlignedMemory.Pad(count) / 16, &Share, &kernel);

        static void Share(void* state, nint start, nint end) => Run(((TKernel*)state)->Range(16 * start, 16 * (end - start)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ShareRows<TKernel>(TKernel kernel, nint rows) where TKernel : unmanaged, IRowKernel<TKernel>
    {
        if (NumericsThreads.Count == 1 || !NumericsThreads.IsHot)
        {
            Run(kernel);
            return;
        }

        NumericsThreads.SplitRows(rows, &Share, &kernel);

        static void Share(void* state, nint start, nint end) => Run(((TKernel*)state)->Rows(start, end - start));
    }
}
