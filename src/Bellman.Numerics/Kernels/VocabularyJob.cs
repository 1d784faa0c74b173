namespace Bellman.Numerics;

/// <summary>
/// log-softmax of hidden·weight at one target a row, without the logits ever being in memory together: a block of rows meets a chunk of the vocabulary at a time.
/// The backward pass makes them again, so that no more than a block is kept between the two.
/// </summary>
internal unsafe struct VocabularyJob
{
    // The sums of a row are put together chunk by chunk, so its bits depend on this width, and on nothing else.
    private const int ChunkColumns = 1024;
    private const int RowBlock = 256;

    [ThreadStatic]
    private static FlatMemory? scratch;

    public float* Hidden, Weight, Output, LogSums, Scratch;
    public int* Targets;
    public int IgnoreIndex;
    public nint RowCount, Width, Vocabulary;

    /// <summary>Whether the weight is stored <c>[vocabulary, width]</c>.</summary>
    public bool Transposed;

    /// <summary>Memory of this thread for <see cref="Scratch"/>.</summary>
    public static float* Borrow(nint rows, nint vocabulary)
    {
        var floats = Math.Min(rows, RowBlock) * AlignedMemory.Pad(Math.Min(vocabulary, ChunkColumns));
        if (scratch is null || scratch.Count < floats)
        {
            scratch = new FlatMemory(floats);
        }

        return scratch.Memory;
    }

    /// <summary>Fills output, log-probabilities of the targets, and log-sums.</summary>
    public readonly void Forward()
    {
        for (nint column = 0; column < Vocabulary; column += ChunkColumns)
        {
            var columns = Math.Min(ChunkColumns, Vocabulary - column);
            for (nint row = 0; row < RowCount; row += RowBlock)
            {
                var rows = Math.Min(RowBlock, RowCount - row);
                Logits(row, rows, column, columns);
                var kernel = new VocabularyKernel(Scratch, AlignedMemory.Pad(columns), rows, column, columns, Targets + row, Output + row, LogSums + row);
                KernelDispatch.RunRows(kernel, rows, rows * columns);
            }
        }

        // Until here the output holds the target's logit.
        for (nint r = 0; r < RowCount; r++)
        {
            Output[r] = Targets[r] == IgnoreIndex ? 0 : Output[r] - LogSums[r];
        }
    }

    /// <summary>Adds gradients: a logit's is the output's gradient times (1 at the target − its probability).</summary>
    public readonly void Backward(float* gradient, float* towardsHidden, bool addToHidden, float* towardsWeight, bool addToWeight)
    {
        for (nint column = 0; column < Vocabulary; column += ChunkColumns)
        {
            var columns = Math.Min(ChunkColumns, Vocabulary - column);
            var stride = AlignedMemory.Pad(columns);
            for (nint row = 0; row < RowCount; row += RowBlock)
            {
                var rows = Math.Min(RowBlock, RowCount - row);
                Logits(row, rows, column, columns);
                KernelDispatch.RunRows(new VocabularyBackwardKernel(Scratch, stride, rows, column, columns, Targets + row, gradient + row, LogSums + row, IgnoreIndex), rows, rows * columns);
                var hidden = Hidden + (row * Width);
                if (towardsHidden != null)
                {
                    var destination = towardsHidden + (row * Width);
                    Gemm.Run(false, !Transposed, rows, Width, columns, Scratch, stride, WeightAt(column), Stride, destination, Width, addToHidden || column > 0 ? destination : null, Width, GemmActivation.None);
                }

                if (towardsWeight != null)
                {
                    var destination = towardsWeight + (Transposed ? column * Width : column);
                    var start = addToWeight || row > 0 ? destination : null;
                    if (Transposed)
                    {
                        Gemm.Run(true, false, columns, Width, rows, Scratch, stride, hidden, Width, destination, Stride, start, Stride, GemmActivation.None);
                    }
                    else
                    {
                        Gemm.Run(true, false, Width, columns, rows, hidden, Width, Scratch, stride, destination, Stride, start, Stride, GemmActivation.None);
                    }
                }
            }
        }
    }

    private readonly nint Stride => Transposed ? Width : Vocabulary;

    private readonly float* WeightAt(nint column) => Weight + (Transposed ? column * Width : column);

    private readonly void Logits(nint row, nint rows, nint column, nint columns) =>
        Gemm.Run(false, Transposed, rows, columns, Width, Hidden + (row * Width), Width, WeightAt(column), Stride, Scratch, AlignedMemory.Pad(columns), null, 0, GemmActivation.None);
}
