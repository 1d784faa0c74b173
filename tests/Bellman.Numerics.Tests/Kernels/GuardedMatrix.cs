namespace Bellman.Numerics.Tests.Kernels;

/// <summary>A matrix with a leading dimension beyond its width, in memory that ends with it, and a pattern in every float that is not its own.</summary>
internal sealed unsafe class GuardedMatrix : IDisposable
{
    private const float Guard = 12345.678f;
    private readonly float* memory;
    private readonly int length;

    public GuardedMatrix(int rows, int columns, int extra, Random? random)
    {
        (Rows, Columns, Stride) = (rows, columns, columns + extra);
        length = 16 + (rows * Stride) + 16;
        memory = AlignedMemory.Allocate(length);
        new Span<float>(memory, length).Fill(Guard);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                this[row, column] = random is null ? float.NaN : (random.NextSingle() * 2) - 1;
            }
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    public int Stride { get; }

    public float* Pointer => memory + 16;

    public ref float this[int row, int column] => ref Pointer[(row * Stride) + column];

    public bool GuardsAreIntact
    {
        get
        {
            for (var i = 0; i < length; i++)
            {
                var inside = i >= 16 && i < 16 + (Rows * Stride) && (i - 16) % Stride < Columns;
                if (!inside && memory[i] != Guard)
                {
                    return false;
                }
            }

            return true;
        }
    }

    public void CopyFrom(GuardedMatrix other)
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                this[row, column] = other[row, column];
            }
        }
    }

    public void Dispose() => AlignedMemory.Free(memory);
}
