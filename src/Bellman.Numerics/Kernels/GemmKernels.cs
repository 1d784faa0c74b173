namespace Bellman.Numerics;

/// <summary>The tiles of one register width.</summary>
internal sealed unsafe class GemmKernels
{
    private static readonly GemmKernels Of512 = new(KernelSet.Avx512, GemmKernels512.Wide1, GemmKernels512.Wide2, GemmKernels512.Wide4);
    private static readonly GemmKernels Of256 = new(KernelSet.Avx2, GemmKernels256.Wide1, GemmKernels256.Wide2, GemmKernels256.Wide4);
    private static readonly GemmKernels Of128 = new(KernelSet.Vector128, GemmKernels128.Wide1, GemmKernels128.Wide2, GemmKernels128.Wide4);

    private readonly delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, void>[] wide1;
    private readonly delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, void>[] wide2;
    private readonly delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, void>[] wide4;

    private GemmKernels(
        KernelSet set,
        delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, void>[] wide1,
        delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, void>[] wide2,
        delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, void>[] wide4)
    {
        Lanes = (int)set;
        (this.wide1, this.wide2, this.wide4) = (wide1, wide2, wide4);
    }

    /// <summary>Floats in a register.</summary>
    public int Lanes { get; }

    /// <summary>Rows of the tallest tile one or two registers across.</summary>
    public int Tallest => wide2.Length - 1;

    /// <summary>Rows of the tallest tile four registers across.</summary>
    public int TallestOfFour => wide4.Length - 1;

    /// <summary>The tiles of a vector set; the scalar one has none.</summary>
    public static GemmKernels Of(KernelSet set) => set switch
    {
        KernelSet.Avx512 => Of512,
        KernelSet.Avx2 => Of256,
        _ => Of128,
    };

    /// <summary>The tiles so many registers across (1, 2 or 4), by their rows.</summary>
    public delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, void>[] ByHeight(int across) => across switch
    {
        4 => wide4,
        2 => wide2,
        _ => wide1,
    };
}
