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
    /// </summary>
    public static void Run<TKernel>(TKernel kernel, nint count) where TKernel : unmanaged, IRangeKernel<TKernel> => RunColumns(kernel, count, count);

    /// <summary>The same where each of the elements that can be shared, a column, stands for many.</summary>
    public static void RunColumns<TKernel>(TKernel kernel, nint count, nint elements) where TKernel : unmanaged, IRangeKernel<TKernel>
    {
        if (count <= 16 || elements < WorthSplitting || NumericsThreads.Count == 1 || !NumericsThreads.IsHot)
        {
            Run(kernel);
            return;
        }

        NumericsThreads.SplitRows(AlignedMemory.Pad(count) / 16, &Share, &kernel);

        static void Share(void* state, nint start, nint end) => Run(((TKernel*)state)->Range(16 * start, 16 * (end - start)));
    }

    /// <summary>Runs a kernel of rows, over the threads if there are enough elements in all.</summary>
    public static void RunRows<TKernel>(TKernel kernel, nint rows, nint elements) where TKernel : unmanaged, IRowKernel<TKernel>
    {
        if (rows < 2 || elements < WorthSplitting || NumericsThreads.Count == 1 || !NumericsThreads.IsHot)
        {
            Run(kernel);
            return;
        }

        NumericsThreads.SplitRows(rows, &Share, &kernel);

        static void Share(void* state, nint start, nint end) => Run(((TKernel*)state)->Rows(start, end - start));
    }

    public static void Run<TKernel>(TKernel kernel) where TKernel : struct, IKernel
    {
        switch (Set)
        {
            case KernelSet.Avx512:
                kernel.Run<Lanes512>();
                break;
            case KernelSet.Avx2:
                kernel.Run<Lanes256>();
                break;
            case KernelSet.Vector128:
                kernel.Run<Lanes128>();
                break;
            default:
                kernel.Run<LanesScalar>();
                break;
        }
    }
}
