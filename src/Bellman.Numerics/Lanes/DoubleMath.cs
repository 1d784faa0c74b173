using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>Functions of double lanes.</summary>
public static class DoubleMath
{
    // π/2 in two parts: n of them, taken off with one rounding each, leave a remainder good to the last bit.
    private const double HalfPi = 1.5707963267948966;
    private const double HalfPiRest = 6.123233995736766e-17;

    // 1.5·2⁵²: a sum with it is rounded to a whole number, whose lowest bits are those of the representation.
    private const double Magic = 6755399441055744;

    /// <summary>Sine and cosine, within 2⁻⁵² of the library's for |x| up to 1e5; beyond, the remainder by π/2 loses digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TLanes Sine, TLanes Cosine) SinCos<TLanes>(TLanes x) where TLanes : struct, IDoubleLanes<TLanes>
    {
        var turns = TLanes.MultiplyAdd(x, TLanes.Create(2 / Math.PI), TLanes.Create(Magic));
        var quarter = turns - TLanes.Create(Magic);
        var rest = TLanes.MultiplyAdd(quarter, TLanes.Create(-HalfPi), x);
        rest = TLanes.MultiplyAdd(quarter, TLanes.Create(-HalfPiRest), rest);
        var (sine, cosine) = OfSmall(rest);

        // Each quarter turn swaps the two; the signs follow from the quarter, modulo 4.
        var odd = TLanes.MaskFromBit(turns, 0);
        var sineSign = TLanes.SignFromBit(turns, 1);
        var cosineSign = sineSign ^ TLanes.SignFromBit(turns, 0);
        return (TLanes.Select(odd, cosine, sine) ^ sineSign, TLanes.Select(odd, sine, cosine) ^ cosineSign);
    }

    // Minimax polynomials in r² on |r| ≤ π/4.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLanes Sine, TLanes Cosine) OfSmall<TLanes>(TLanes r) where TLanes : struct, IDoubleLanes<TLanes>
    {
        var u = r * r;
        var sine = TLanes.MultiplyAdd(TLanes.Create(1.5918101227996822e-10), u, TLanes.Create(-2.5051131455389307e-08));
        sine = TLanes.MultiplyAdd(sine, u, TLanes.Create(2.755731610068279e-06));
        sine = TLanes.MultiplyAdd(sine, u, TLanes.Create(-0.00019841269836754969));
        sine = TLanes.MultiplyAdd(sine, u, TLanes.Create(0.008333333333330946));
        sine = TLanes.MultiplyAdd(sine, u, TLanes.Create(-0.16666666666666666));
        sine = TLanes.MultiplyAdd(r * u, sine, r);

        var cosine = TLanes.MultiplyAdd(TLanes.Create(-1.1382614867131847e-11), u, TLanes.Create(2.0876146024665577e-09));
        cosine = TLanes.MultiplyAdd(cosine, u, TLanes.Create(-2.7557317270560173e-07));
        cosine = TLanes.MultiplyAdd(cosine, u, TLanes.Create(2.4801587298763433e-05));
        cosine = TLanes.MultiplyAdd(cosine, u, TLanes.Create(-0.0013888888888887395));
        cosine = TLanes.MultiplyAdd(cosine, u, TLanes.Create(0.041666666666666664));
        cosine = TLanes.MultiplyAdd(u * u, cosine, TLanes.MultiplyAdd(TLanes.Create(-0.5), u, TLanes.Create(1)));
        return (sine, cosine);
    }
}
