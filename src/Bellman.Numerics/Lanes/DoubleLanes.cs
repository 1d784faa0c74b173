using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Bellman.Numerics;

/// <summary>Runs work on double lanes at this machine's width.</summary>
public static class DoubleLanes
{
    private static readonly KernelSet Set = NumericsInfo.KernelSet;

    /// <summary>Whether this machine's lanes multiply and add with one rounding. The scalar ones then do too, so that what they do of a remainder has the same bits.</summary>
    internal static bool Fused => Set != KernelSet.Scalar && (Fma.IsSupported || AdvSimd.IsSupported);

    /// <summary>Runs the work at this machine's width.</summary>
    public static void Run<TWork>(TWork work) where TWork : struct, IDoubleLanesWork
    {
        switch (Set)
        {
            case KernelSet.Avx512:
                work.Run<DoubleLanes512>();
                break;
            case KernelSet.Avx2:
                work.Run<DoubleLanes256>();
                break;
            case KernelSet.Vector128:
                work.Run<DoubleLanes128>();
                break;
            default:
                work.Run<DoubleLanesScalar>();
                break;
        }
    }

    /// <summary>Where <paramref name="count"/> values from <paramref name="start"/> on lie.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref T At<T>(Span<T> values, int start, int count)
    {
        if ((ulong)(uint)start + (ulong)(uint)count > (ulong)(uint)values.Length)
        {
            Refuse(values.Length, start, count);
        }

        return ref Unsafe.Add(ref MemoryMarshal.GetReference(values), start);
    }

    /// <summary>Where <paramref name="count"/> values from <paramref name="start"/> on lie. Not by way of a span: the compiler would test for null and keep the span in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref double At(double[] values, int start, int count)
    {
        if ((ulong)(uint)start + (ulong)(uint)count > (ulong)(uint)values.Length)
        {
            Refuse(values.Length, start, count);
        }

        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(values), start);
    }

    private static void Refuse(int length, int start, int count) =>
        throw new ArgumentOutOfRangeException(nameof(start), $"{count} values from {start} on were asked for, but there are {length} in all.");
}
