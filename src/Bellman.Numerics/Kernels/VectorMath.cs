using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>
/// Elementary functions on registers: polynomials and rationals fitted to least relative error, with integer exponent arithmetic.
/// Relative error at most 3e-7 everywhere (4e-7 in the sets without FMA); zeros, infinities and NaN come out as IEEE asks.
/// </summary>
internal static class VectorMath
{
    /// <summary>e^x; subnormal results are kept, overflow is infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Exp<L>(L x) where L : unmanaged, ILanes<L>
    {
        var rest = ExpOfRest(L.Min(L.Max(x, L.Create(-105)), L.Create(89)), out var n);
        return L.Scale(rest + L.Create(1), n);
    }

    /// <summary>e^x − 1 for x ≤ 0, of small relative error near 0 too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L ExpMinusOne<L>(L x) where L : unmanaged, ILanes<L>
    {
        // As Exp, but the 1 of e^r = 1 + (e^r − 1) joins 2^n − 1, which is exact where it matters.
        var rest = ExpOfRest(L.Max(x, L.Create(-30)), out var n);
        var one = L.Create(1);
        return L.Scale(rest, n) + (L.Scale(one, n) - one);
    }

    /// <summary>ln x; −∞ at 0, NaN below, subnormals included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Log<L>(L x) where L : unmanaged, ILanes<L>
    {
        var zero = L.Create(0);
        var one = L.Create(1);
        var subnormal = L.LessThan(x, L.Create(1.17549435e-38f));
        var normal = L.Select(subnormal, x * L.Create(8388608), x);
        var exponent = L.Exponent(normal) - (L.Create(23) & subnormal);
        var mantissa = L.Mantissa(normal);
        var high = L.LessThan(L.Create(1.41421356f), mantissa);
        mantissa = L.Select(high, mantissa * L.Create(0.5f), mantissa);
        exponent += one & high;

        // ln m = 2·artanh(s), s = (m − 1)/(m + 1), which keeps the relative error small near m = 1.
        var t = mantissa - one;
        var s = t / (t + L.Create(2));
        var u = s * s;
        var p = L.MultiplyAdd(u, L.Create(1.496670047e-1f), L.Create(1.998725446e-1f));
        p = L.MultiplyAdd(p, u, L.Create(3.333340924e-1f));
        var twice = s + s;
        var series = L.MultiplyAdd(p * u, twice, twice);
        var value = L.MultiplyAdd(exponent, L.Create(0.693359375f), L.MultiplyAdd(exponent, L.Create(-2.12194440e-4f), series));

        value = L.Select(L.Equal(x, L.Create(float.PositiveInfinity)), x, value);
        value = L.Select(L.LessThanOrEqual(x, zero), L.Select(L.Equal(x, zero), L.Create(float.NegativeInfinity), L.Create(float.NaN)), value);
        return L.Select(L.Equal(x, x), value, x);
    }

    /// <summary>tanh x, within [−1, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Tanh<L>(L x) where L : unmanaged, ILanes<L>
    {
        // x·P(x²)/Q(x²) up to 9.02, where tanh rounds to 1.
        var one = L.Create(1);
        var bounded = L.Min(L.Max(x, L.Create(-9.02f)), L.Create(9.02f));
        var u = bounded * bounded;
        var p = L.MultiplyAdd(u, L.Create(-1.220226191e-11f), L.Create(3.058339612e-8f));
        p = L.MultiplyAdd(p, u, L.Create(2.800678878e-5f));
        p = L.MultiplyAdd(p, u, L.Create(3.868294931e-3f));
        p = L.MultiplyAdd(p, u, L.Create(1.367988903e-1f));
        p = L.MultiplyAdd(p, u, one);
        var q = L.MultiplyAdd(u, L.Create(1.287319516e-6f), L.Create(3.938572932e-4f));
        q = L.MultiplyAdd(q, u, L.Create(2.724571918e-2f));
        q = L.MultiplyAdd(q, u, L.Create(4.701322110e-1f));
        q = L.MultiplyAdd(q, u, one);
        return L.Min(L.Max(p * bounded / q, -one), one);
    }

    /// <summary>1 / (1 + e^−x), of small relative error on both sides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Sigmoid<L>(L x) where L : unmanaged, ILanes<L>
    {
        var one = L.Create(1);
        var z = Exp(-L.Abs(x));
        return L.Select(L.LessThan(x, L.Create(0)), z, one) / (one + z);
    }

    /// <summary>ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Softplus<L>(L x) where L : unmanaged, ILanes<L>
    {
        var z = Exp(-L.Abs(x));
        var s = z / (z + L.Create(2));
        var u = s * s;
        var p = L.MultiplyAdd(u, L.Create(1.220653446e-1f), L.Create(1.069662539e-1f));
        p = L.MultiplyAdd(p, u, L.Create(1.431036102e-1f));
        p = L.MultiplyAdd(p, u, L.Create(1.999934545e-1f));
        p = L.MultiplyAdd(p, u, L.Create(3.333333965e-1f));
        var twice = s + s;
        return L.Max(x, L.Create(0)) + L.MultiplyAdd(p * u, twice, twice);
    }

    /// <summary>The error function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static L Erf<L>(L x) where L : unmanaged, ILanes<L>
    {
        var one = L.Create(1);
        var zero = L.Create(0);
        var size = L.Min(L.Abs(x), L.Create(4.1f));
        var u = size * size;
        var small = L.MultiplyAdd(u, L.Create(7.853861405e-5f), L.Create(-8.010193762e-4f));
        small = L.MultiplyAdd(small, u, L.Create(5.188327718e-3f));
        small = L.MultiplyAdd(small, u, L.Create(-2.685381196e-2f));
        small = L.MultiplyAdd(small, u, L.Create(1.128358515e-1f));
        small = L.MultiplyAdd(small, u, L.Create(-3.761262582e-1f));
        small = L.MultiplyAdd(small, u, L.Create(1.128379166f)) * size;

        // Beyond 1: 1 − e^(−x²)·P(t), t = 1/(1 + 0.4·x).
        var t = one / L.MultiplyAdd(size, L.Create(0.4f), one);
        var p = L.MultiplyAdd(t, L.Create(-2.295081680e-1f), L.Create(8.323338559e-1f));
        p = L.MultiplyAdd(p, t, L.Create(-5.837344371e-1f));
        p = L.MultiplyAdd(p, t, L.Create(6.608487796e-1f));
        p = L.MultiplyAdd(p, t, L.Create(6.592146870e-2f));
        p = L.MultiplyAdd(p, t, L.Create(2.567111217e-1f));
        p = L.MultiplyAdd(p, t, L.Create(-2.576625207e-3f));
        var large = one - (p * Exp(-u));
        var value = L.Select(L.LessThan(size, one), small, large);
        return L.Select(L.LessThan(x, zero), -value, value);
    }

    // e^r − 1 where x = n·ln 2 + r with |r| ≤ ln 2 / 2, ln 2 in two parts so that n·(first part) is exact.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L ExpOfRest<L>(L x, out L n) where L : unmanaged, ILanes<L>
    {
        n = L.Round(x * L.Create(1.44269504f));
        var r = L.MultiplyAdd(n, L.Create(-0.693359375f), x);
        r = L.MultiplyAdd(n, L.Create(2.12194440e-4f), r);
        var p = L.MultiplyAdd(r, L.Create(1.381314465e-3f), L.Create(8.369418943e-3f));
        p = L.MultiplyAdd(p, r, L.Create(4.166845679e-2f));
        p = L.MultiplyAdd(p, r, L.Create(1.666651479e-1f));
        p = L.MultiplyAdd(p, r, L.Create(4.999999305e-1f));
        return L.MultiplyAdd(p, r * r, r);
    }
}
