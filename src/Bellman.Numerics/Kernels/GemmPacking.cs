using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Bellman.Numerics;

/// <summary>Copies of operands in the order in which tiles read them.</summary>
internal static unsafe class GemmPacking
{
    private static bool Has128
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Sse2.IsSupported || AdvSimd.Arm64.IsSupported;
    }

    /// <summary>Tiles of A, each with its rows side by side, step of k after step of k.</summary>
    public static void Tiles(float* a, nint lda, nint rows, nint tiles, nint depth, float* packed)
    {
        nint row = 0;
        for (nint tile = 0; tile < tiles; tile++)
        {
            var height = (rows - row) / (tiles - tile);
            Transpose(a + (row * lda), lda, height, depth, packed, height);
            packed += height * depth;
            row += height;
        }
    }

    /// <summary>A panel of op(B), a tile wide; columns beyond <paramref name="width"/> are zero.</summary>
    public static void Panel(float* b, nint ldb, bool transpose, nint width, nint panelWidth, nint depth, float* panel)
    {
        if (width < panelWidth)
        {
            new Span<float>(panel, (int)(panelWidth * depth)).Clear();
        }

        if (transpose)
        {
            Transpose(b, ldb, width, depth, panel, panelWidth);
            return;
        }

        Copy(b, ldb, depth, width, panel, panelWidth);
    }

    /// <summary>destination[r·ldd + p] = source[r·lds + p] for r &lt; rows and p &lt; columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* source, nint lds, nint rows, nint columns, float* destination, nint ldd)
    {
        for (nint r = 0; r < rows; r++, source += lds, destination += ldd)
        {
            nint p = 0;
            if (Vector512.IsHardwareAccelerated)
            {
                for (; p + 16 <= columns; p += 16)
                {
                    Vector512.Load(source + p).Store(destination + p);
                }
            }

            for (; p + 4 <= columns; p += 4)
            {
                Vector128.Load(source + p).Store(destination + p);
            }

            for (; p < columns; p++)
            {
                destination[p] = source[p];
            }
        }
    }

    /// <summary>Asks for memory that will be read soon. Nothing is read, so the addresses need not be valid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* start, nint stride, nint rows, nint columns)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        for (; rows > 0; rows--, start += stride)
        {
            for (nint p = 0; p < columns; p += 16)
            {
                Sse.Prefetch0(start + p);
            }
        }
    }

    /// <summary>destination[p·ldd + r] = source[r·lds + p] for r &lt; rows and p &lt; columns.</summary>
    public static void Transpose(float* source, nint lds, nint rows, nint columns, float* destination, nint ldd)
    {
        nint r = 0;
        nint height;
        for (; r < rows; r += height)
        {
            var left = rows - r;
            height = left >= 16 && Vector512.IsHardwareAccelerated ? 16
                : left >= 8 && Vector256.IsHardwareAccelerated ? 8
                : left >= 4 && Has128 ? 4
                : left >= 2 && Has128 ? 2
                : 1;
            var s = source + (r * lds);
            var d = destination + r;
            if (height == 1)
            {
                Row(s, columns, d, ldd);
                continue;
            }

            var whole = columns & ~3;
            switch (height)
            {
                case 16:
                    Rows16(s, lds, whole, d, ldd);
                    break;
                case 8:
                    Rows8(s, lds, whole, d, ldd);
                    break;
                case 4:
                    Rows4(s, lds, whole, d, ldd);
                    break;
                default:
                    Rows2(s, lds, whole, d, ldd);
                    break;
            }

            for (var p = whole; p < columns; p++)
            {
                for (nint i = 0; i < height; i++)
                {
                    d[(p * ldd) + i] = s[(i * lds) + p];
                }
            }
        }
    }

    // Four columns of sixteen rows at a time. Each register takes one row of every four, so that turning 4×4 inside its 128-bit lanes leaves the rows in order.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows16(float* s, nint lds, nint columns, float* d, nint ldd)
    {
        var four = 4 * lds;
        for (; columns > 0; columns -= 4, s += 4, d += 4 * ldd)
        {
            Vector512<float> v0 = Join(s, four), v1 = Join(s + lds, four), v2 = Join(s + (2 * lds), four), v3 = Join(s + (3 * lds), four);
            Vector512<double> low0 = Avx512F.UnpackLow(v0, v1).AsDouble(), low1 = Avx512F.UnpackLow(v2, v3).AsDouble();
            Vector512<double> high0 = Avx512F.UnpackHigh(v0, v1).AsDouble(), high1 = Avx512F.UnpackHigh(v2, v3).AsDouble();
            Avx512F.UnpackLow(low0, low1).AsSingle().Store(d);
            Avx512F.UnpackHigh(low0, low1).AsSingle().Store(d + ldd);
            Avx512F.UnpackLow(high0, high1).AsSingle().Store(d + (2 * ldd));
            Avx512F.UnpackHigh(high0, high1).AsSingle().Store(d + (3 * ldd));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows8(float* s, nint lds, nint columns, float* d, nint ldd)
    {
        var four = 4 * lds;
        for (; columns > 0; columns -= 4, s += 4, d += 4 * ldd)
        {
            Vector256<float> v0 = Pair(s, four), v1 = Pair(s + lds, four), v2 = Pair(s + (2 * lds), four), v3 = Pair(s + (3 * lds), four);
            Vector256<double> low0 = Avx.UnpackLow(v0, v1).AsDouble(), low1 = Avx.UnpackLow(v2, v3).AsDouble();
            Vector256<double> high0 = Avx.UnpackHigh(v0, v1).AsDouble(), high1 = Avx.UnpackHigh(v2, v3).AsDouble();
            Avx.UnpackLow(low0, low1).AsSingle().Store(d);
            Avx.UnpackHigh(low0, low1).AsSingle().Store(d + ldd);
            Avx.UnpackLow(high0, high1).AsSingle().Store(d + (2 * ldd));
            Avx.UnpackHigh(high0, high1).AsSingle().Store(d + (3 * ldd));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(float* s, nint lds, nint columns, float* d, nint ldd)
    {
        for (; columns > 0; columns -= 4, s += 4, d += 4 * ldd)
        {
            Vector128<float> v0 = Vector128.Load(s), v1 = Vector128.Load(s + lds), v2 = Vector128.Load(s + (2 * lds)), v3 = Vector128.Load(s + (3 * lds));
            Vector128<double> low0 = ZipLow(v0, v1).AsDouble(), low1 = ZipLow(v2, v3).AsDouble(), high0 = ZipHigh(v0, v1).AsDouble(), high1 = ZipHigh(v2, v3).AsDouble();
            ZipLow(low0, low1).AsSingle().Store(d);
            ZipHigh(low0, low1).AsSingle().Store(d + ldd);
            ZipLow(high0, high1).AsSingle().Store(d + (2 * ldd));
            ZipHigh(high0, high1).AsSingle().Store(d + (3 * ldd));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(float* s, nint lds, nint columns, float* d, nint ldd)
    {
        for (; columns > 0; columns -= 4, s += 4, d += 4 * ldd)
        {
            Vector128<float> v0 = Vector128.Load(s), v1 = Vector128.Load(s + lds), low = ZipLow(v0, v1), high = ZipHigh(v0, v1);
            low.GetLower().Store(d);
            low.GetUpper().Store(d + ldd);
            high.GetLower().Store(d + (2 * ldd));
            high.GetUpper().Store(d + (3 * ldd));
        }
    }

    private static void Row(float* s, nint columns, float* d, nint ldd)
    {
        if (ldd == 1)
        {
            new ReadOnlySpan<float>(s, (int)columns).CopyTo(new Span<float>(d, (int)columns));
            return;
        }

        for (nint p = 0; p < columns; p++)
        {
            d[p * ldd] = s[p];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Pair(float* s, nint apart) => Vector256.Create(Vector128.Load(s), Vector128.Load(s + apart));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Join(float* s, nint apart) => Vector512.Create(Pair(s, apart), Pair(s + (2 * apart), apart));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> ZipLow(Vector128<double> a, Vector128<double> b) => Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> ZipHigh(Vector128<double> a, Vector128<double> b) => Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);
}
