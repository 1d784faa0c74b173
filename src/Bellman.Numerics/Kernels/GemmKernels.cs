namespace Bellman.Numerics;

/// <summary>
/// The tiles of one register width. A tile takes k, A with the distances to its next row and its next step of k, B with the distance to its next step, C and its row distance,
/// where the sums start (null for 0) with the row distance, whether to apply ReLU, and how many runs of k steps there are with the distances A jumps between them:
/// so the sum of an element may go over rows of an image without a copy of them. B goes on without a jump.
/// </summary>
internal sealed unsafe class GemmKernels
{
    private static readonly GemmKernels Of512 = new(16, GemmKernels512.Wide1, GemmKernels512.Wide2, GemmKernels512.Wide4);
    private static readonly GemmKernels Of256 = new(8, GemmKernels256.Wide1, GemmKernels256.Wide2, GemmKernels256.Wide4);
    private static readonly GemmKernels Of128 = new(4, GemmKernels128.Wide1, GemmKernels128.Wide2, GemmKernels128.Wide4);
    private static readonly GemmKernels OfScalar = new(4, [null, &GemmPlain.Tile1x4], [null, &GemmPlain.Tile1x8], [null, &GemmPlain.Tile1x16]);

    private readonly delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, nint, nint*, void>[] wide1;
    private readonly delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, nint, nint*, void>[] wide2;
    private readonly delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, nint, nint*, void>[] wide4;

    private GemmKernels(
        int lanes,
        delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, nint, nint*, void>[] wide1,
        delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, nint, nint*, void>[] wide2,
        delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, nint, nint*, void>[] wide4)
    {
        Lanes = lanes;
        (this.wide1, this.wide2, this.wide4) = (wide1, wide2, wide4);
    }

    /// <summary>Floats in a register.</summary>
    public int Lanes { get; }

    /// <summary>Rows of the tallest tile one or two registers across.</summary>
    public int Tallest => wide2.Length - 1;

    /// <summary>Rows of the tallest tile four registers across.</summary>
    public int TallestOfFour => wide4.Length - 1;

    /// <summary>The tiles of a set.</summary>
    public static GemmKernels Of(KernelSet set) => set switch
    {
        KernelSet.Avx512 => Of512,
        KernelSet.Avx2 => Of256,
        KernelSet.Vector128 => Of128,
        _ => OfScalar,
    };

    /// <summary>The tiles so many registers across (1, 2 or 4), by their rows.</summary>
    public delegate*<nint, float*, nint, nint, float*, nint, float*, nint, float*, nint, bool, nint, nint*, void>[] ByHeight(int across) => across switch
    {
        4 => wide4,
        2 => wide2,
        _ => wide1,
    };
}
