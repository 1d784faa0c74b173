using System.Runtime.Intrinsics;

namespace Bellman.Numerics;

/// <summary>Which width of registers the kernels use on this machine.</summary>
public enum KernelSet
{
    /// <summary>Plain floats: no vector instructions. Results agree to tolerance.</summary>
    Scalar = 1,

    /// <summary>128-bit registers. With FMA (Arm) bits equal the wider sets'; without (x86) results agree to tolerance.</summary>
    Vector128 = 4,

    /// <summary>256-bit registers with FMA; the same bits as <see cref="Avx512"/>.</summary>
    Avx2 = 8,

    /// <summary>512-bit registers.</summary>
    Avx512 = 16,
}

/// <summary>What the numerics run on.</summary>
public static class NumericsInfo
{
    /// <summary>
    /// The kernel set in use, chosen once. Asked by register width, never by an instruction's name: an emulated 512-bit kernel is 6 to 15 times slower.
    /// </summary>
    public static KernelSet KernelSet { get; } =
        Vector512.IsHardwareAccelerated ? KernelSet.Avx512
        : Vector256.IsHardwareAccelerated ? KernelSet.Avx2
        : Vector128.IsHardwareAccelerated ? KernelSet.Vector128
        : KernelSet.Scalar;
}
