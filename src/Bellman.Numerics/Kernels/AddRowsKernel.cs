using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>Adds rows to chosen rows, y[index[r]] += x[r], or chosen rows to rows, y[r] += x[index[r]], in order.</summary>
internal unsafe struct AddRowsKernel(float* x, float* y, int* indices, nint count, nint width, bool gather) : IKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<L>() where L : unmanaged, ILanes<L>
    {
        var columns = width;
        for (nint r = 0; r < count; r++)
        {
            var source = x + ((gather ? indices[r] : r) * columns);
            var destination = y + ((gather ? r : indices[r]) * columns);
            nint c = 0;
            for (; c + L.Count <= columns; c += L.Count)
            {
                (L.Load(destination + c) + L.Load(source + c)).Store(destination + c);
            }

            for (; c < columns; c++)
            {
                destination[c] += source[c];
            }
        }
    }
}
