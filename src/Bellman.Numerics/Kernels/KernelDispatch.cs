namespace Bellman.Numerics;

/// <summary>A kernel with its arguments, written once for every register width.</summary>
internal interface IKernel
{
    void Run<L>() where L : unmanaged, ILanes<L>;
}

/// <summary>Runs kernels at this machine's width: the one place that chooses.</summary>
internal static class KernelDispatch
{
    private static readonly KernelSet Set = NumericsInfo.KernelSet;

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
