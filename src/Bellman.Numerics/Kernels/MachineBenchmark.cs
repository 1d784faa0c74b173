using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>
/// What the machine and the kernels do, measured in some 20 ms a call on the caller's thread. A share of the peak is fair only if both are measured in turns and the best of each is taken:
/// clocks change within seconds.
/// </summary>
public static unsafe class MachineBenchmark
{
    private const int Accumulators = 12;

    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(20);

    private static float sink;

    /// <summary>The most multiply-adds a core can do: twelve independent sums in registers, no memory. Billions of operations a second, two to a multiply-add.</summary>
    public static double FmaPeakGflops() => NumericsInfo.KernelSet switch
    {
        KernelSet.Avx512 => Peak<Lanes512>(),
        KernelSet.Avx2 => Peak<Lanes256>(),
        KernelSet.Vector128 => Peak<Lanes128>(),
        _ => Peak<LanesScalar>(),
    };

    /// <summary>The speed of a product of two square matrices, in billions of operations a second, 2·size³ to a product.</summary>
    /// <param name="size">Rows and columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not in 1..8192.</exception>
    public static double GemmGflops(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 8192);
        var floats = (nint)size * size;
        var memory = new FlatMemory(3 * AlignedMemory.Pad(floats));
        var a = memory.Memory;
        var b = a + AlignedMemory.Pad(floats);
        var c = b + AlignedMemory.Pad(floats);
        for (nint i = 0; i < floats; i++)
        {
            a[i] = (i % 7) - 3;
            b[i] = (i % 5) - 2;
        }

        var operations = 2.0 * size * size * size;
        var repetitions = (int)Math.Clamp(5e7 / operations, 1, 100_000);
        var seconds = BestSeconds(() =>
        {
            for (var i = 0; i < repetitions; i++)
            {
                Gemm.Run(false, false, size, size, size, a, size, b, size, c, size, null, 0, GemmActivation.None);
            }
        });
        GC.KeepAlive(memory);
        return operations * repetitions / seconds / 1e9;
    }

    /// <summary>Nanoseconds of the vector tanh for one float, over 4096 in the first-level cache.</summary>
    public static double TanhNanoseconds() => NumericsInfo.KernelSet switch
    {
        KernelSet.Avx512 => Tanh<Lanes512>(),
        KernelSet.Avx2 => Tanh<Lanes256>(),
        KernelSet.Vector128 => Tanh<Lanes128>(),
        _ => Tanh<LanesScalar>(),
    };

    private static double Peak<TLanes>() where TLanes : unmanaged, ILanes<TLanes>
    {
        const int rounds = 50_000;
        var seconds = BestSeconds(() => sink = MultiplyAdds<TLanes>(rounds));
        return 2.0 * Accumulators * TLanes.Count * rounds / seconds / 1e9;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float MultiplyAdds<TLanes>(int rounds) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes x = TLanes.Create(0.999f), y = TLanes.Create(0.001f);
        TLanes s0 = y, s1 = y, s2 = y, s3 = y, s4 = y, s5 = y, s6 = y, s7 = y, s8 = y, s9 = y, s10 = y, s11 = y;
        for (; rounds > 0; rounds--)
        {
            s0 = TLanes.MultiplyAdd(s0, x, y);
            s1 = TLanes.MultiplyAdd(s1, x, y);
            s2 = TLanes.MultiplyAdd(s2, x, y);
            s3 = TLanes.MultiplyAdd(s3, x, y);
            s4 = TLanes.MultiplyAdd(s4, x, y);
            s5 = TLanes.MultiplyAdd(s5, x, y);
            s6 = TLanes.MultiplyAdd(s6, x, y);
            s7 = TLanes.MultiplyAdd(s7, x, y);
            s8 = TLanes.MultiplyAdd(s8, x, y);
            s9 = TLanes.MultiplyAdd(s9, x, y);
            s10 = TLanes.MultiplyAdd(s10, x, y);
            s11 = TLanes.MultiplyAdd(s11, x, y);
        }

        var sum = s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11;
        var lanes = stackalloc float[16];
        sum.Store(lanes);
        return *lanes;
    }

    private static double Tanh<TLanes>() where TLanes : unmanaged, ILanes<TLanes>
    {
        const int count = 4096;
        const int rounds = 100;
        var memory = new FlatMemory(2 * count);
        for (var i = 0; i < count; i++)
        {
            memory.Memory[i] = (i - (count / 2)) * (4f / count);
        }

        var seconds = BestSeconds(() =>
        {
            for (var round = 0; round < rounds; round++)
            {
                Tanh<TLanes>(memory.Memory, memory.Memory + count, count);
            }
        });
        return seconds * 1e9 / count / rounds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tanh<TLanes>(float* source, float* destination, nint count) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            VectorMath.Tanh(TLanes.Load(source + i)).Store(destination + i);
        }
    }

    // The best of many short repetitions: whatever else runs on the machine only ever adds time.
    private static double BestSeconds(Action repetition)
    {
        var best = double.MaxValue;
        var start = Stopwatch.GetTimestamp();
        do
        {
            var before = Stopwatch.GetTimestamp();
            repetition();
            best = Math.Min(best, Stopwatch.GetElapsedTime(before).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(start) < Duration);
        return best;
    }
}
