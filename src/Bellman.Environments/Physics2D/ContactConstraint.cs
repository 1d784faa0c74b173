using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Bellman.Environments.Physics2D;

/// <summary>A point of contact while it is solved.</summary>
internal struct ConstraintPoint
{
    public Vector2D LeverA;
    public Vector2D LeverB;
    public Vector2D Local;
    public float NormalImpulse;
    public float TangentImpulse;
    public float NormalMass;
    public float TangentMass;

    /// <summary>The speed with which the bodies shall part.</summary>
    public float Bounce;
}

/// <summary>A touching contact while it is solved.</summary>
internal struct ContactConstraint
{
    public ConstraintPoint First;
    public ConstraintPoint Second;
    public Vector2D Normal;
    public Vector2D LocalNormal;
    public Vector2D LocalPoint;
    public Vector2D LocalCenterA;
    public Vector2D LocalCenterB;
    public float MassA;
    public float MassB;
    public float InertiaA;
    public float InertiaB;
    public float Friction;
    public float Restitution;

    /// <summary>Of the two points together, as a symmetric matrix, and its inverse.</summary>
    public float K11;
    public float K12;
    public float K22;
    public float Inverse11;
    public float Inverse12;
    public float Inverse22;
    public int IndexA;
    public int IndexB;

    /// <summary>How many points there are, and how many of them velocities are solved for.</summary>
    public int Count;
    public int SolvedCount;
    public bool IsOnB;

    [UnscopedRef]
    public ref ConstraintPoint Point(int index) => ref index == 0 ? ref First : ref Second;

    public void Load(in Contact contact, World world, bool warm)
    {
        ref readonly var a = ref world.Bodies[contact.BodyA];
        ref readonly var b = ref world.Bodies[contact.BodyB];
        ref readonly var manifold = ref contact.Manifold;
        (IndexA, IndexB) = (a.IslandIndex, b.IslandIndex);
        (MassA, MassB, InertiaA, InertiaB) = (a.InverseMass, b.InverseMass, a.InverseInertia, b.InverseInertia);
        (LocalCenterA, LocalCenterB) = (a.Sweep.LocalCenter, b.Sweep.LocalCenter);
        (LocalNormal, LocalPoint, IsOnB) = (manifold.LocalNormal, manifold.LocalPoint, manifold.IsOnB);
        (Friction, Restitution) = (contact.Friction, contact.Restitution);
        (Count, SolvedCount) = (manifold.Count, manifold.Count);
        for (var i = 0; i < Count; i++)
        {
            ref var point = ref Point(i);
            point.Local = manifold.Points[i].Local;
            point.NormalImpulse = warm ? manifold.Points[i].NormalImpulse : 0;
            point.TangentImpulse = warm ? manifold.Points[i].TangentImpulse : 0;
        }
    }

    /// <summary>What depends on where the bodies are.</summary>
    public void Initialize(Vector2D centerA, float angleA, Vector2D velocityA, float spinA, Vector2D centerB, float angleB, Vector2D velocityB, float spinB)
    {
        var transformA = Transform.AroundCenter(centerA, angleA, LocalCenterA);
        var transformB = Transform.AroundCenter(centerB, angleB, LocalCenterB);
        var side = IsOnB ? transformB : transformA;
        var other = IsOnB ? transformA : transformB;
        var normal = side.Rotation.Apply(LocalNormal);
        var onSide = side.Apply(LocalPoint);
        Normal = IsOnB ? -normal : normal;
        var tangent = Vector2D.Cross(Normal, 1);
        for (var i = 0; i < Count; i++)
        {
            ref var point = ref Point(i);
            var clip = other.Apply(point.Local);
            var onReference = clip + ((Constants.SkinRadius - Vector2D.Dot(clip - onSide, normal)) * normal);
            var onOther = clip - (Constants.SkinRadius * normal);
            var middle = 0.5f * (onReference + onOther);
            (point.LeverA, point.LeverB) = (middle - centerA, middle - centerB);
            point.NormalMass = EffectiveMass(Vector2D.Cross(point.LeverA, Normal), Vector2D.Cross(point.LeverB, Normal));
            point.TangentMass = EffectiveMass(Vector2D.Cross(point.LeverA, tangent), Vector2D.Cross(point.LeverB, tangent));
            var approach = Vector2D.Dot(Normal, velocityB + Vector2D.Cross(spinB, point.LeverB) - velocityA - Vector2D.Cross(spinA, point.LeverA));
            point.Bounce = approach < -Constants.BounceThreshold ? -Restitution * approach : 0;
        }

        if (Count == 2)
        {
            InitializeBlock();
        }
    }

    private readonly float EffectiveMass(float momentA, float momentB)
    {
        var k = MassA + MassB + (InertiaA * momentA * momentA) + (InertiaB * momentB * momentB);
        return k > 0 ? 1 / k : 0;
    }

    private void InitializeBlock()
    {
        var (firstA, firstB) = (Vector2D.Cross(First.LeverA, Normal), Vector2D.Cross(First.LeverB, Normal));
        var (secondA, secondB) = (Vector2D.Cross(Second.LeverA, Normal), Vector2D.Cross(Second.LeverB, Normal));
        var k11 = MassA + MassB + (InertiaA * firstA * firstA) + (InertiaB * firstB * firstB);
        var k22 = MassA + MassB + (InertiaA * secondA * secondA) + (InertiaB * secondB * secondB);
        var k12 = MassA + MassB + (InertiaA * firstA * secondA) + (InertiaB * firstB * secondB);
        var determinant = (k11 * k22) - (k12 * k12);
        if (!(k11 * k11 < Constants.MaxConditionNumber * determinant))
        {
            // The points say nearly the same: one is enough.
            SolvedCount = 1;
            return;
        }

        (K11, K12, K22) = (k11, k12, k22);
        var inverse = determinant != 0 ? 1 / determinant : 0;
        (Inverse11, Inverse12, Inverse22) = (inverse * k22, -inverse * k12, inverse * k11);
    }

    /// <summary>Friction first, because not to overlap matters more.</summary>
    /// <returns>Whether any bit of velocities or impulses changed.</returns>
    public bool Solve(ref Vector2D velocityA, ref float spinA, ref Vector2D velocityB, ref float spinB)
    {
        var (vA, wA, vB, wB) = (velocityA, spinA, velocityB, spinB);
        var same = SolveTangent(ref First, ref vA, ref wA, ref vB, ref wB);
        if (SolvedCount == 2)
        {
            same &= SolveTangent(ref Second, ref vA, ref wA, ref vB, ref wB);
            same &= SolveBlock(ref vA, ref wA, ref vB, ref wB);
        }
        else
        {
            same &= SolveNormal(ref vA, ref wA, ref vB, ref wB);
        }

        same &= Same(vA.X, velocityA.X) & Same(vA.Y, velocityA.Y) & Same(wA, spinA) & Same(vB.X, velocityB.X) & Same(vB.Y, velocityB.Y) & Same(wB, spinB);
        (velocityA, spinA, velocityB, spinB) = (vA, wA, vB, wB);
        return !same;
    }

    private static bool Same(float a, float b) => BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool SolveTangent(ref ConstraintPoint point, ref Vector2D vA, ref float wA, ref Vector2D vB, ref float wB)
    {
        var tangent = Vector2D.Cross(Normal, 1);
        var relative = vB + Vector2D.Cross(wB, point.LeverB) - vA - Vector2D.Cross(wA, point.LeverA);
        var before = point.TangentImpulse;
        var most = Friction * point.NormalImpulse;
        var wanted = before + (point.TangentMass * -Vector2D.Dot(relative, tangent));
        wanted = wanted < most ? wanted : most;
        wanted = -most > wanted ? -most : wanted;
        point.TangentImpulse = wanted;
        Apply((wanted - before) * tangent, point, ref vA, ref wA, ref vB, ref wB);
        return Same(wanted, before);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool SolveNormal(ref Vector2D vA, ref float wA, ref Vector2D vB, ref float wB)
    {
        var relative = vB + Vector2D.Cross(wB, First.LeverB) - vA - Vector2D.Cross(wA, First.LeverA);
        var before = First.NormalImpulse;
        var wanted = before + (-First.NormalMass * (Vector2D.Dot(relative, Normal) - First.Bounce));
        wanted = wanted > 0 ? wanted : 0;
        First.NormalImpulse = wanted;
        Apply((wanted - before) * Normal, First, ref vA, ref wA, ref vB, ref wB);
        return Same(wanted, before);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Apply(Vector2D impulse, in ConstraintPoint point, ref Vector2D vA, ref float wA, ref Vector2D vB, ref float wB)
    {
        vA -= MassA * impulse;
        wA -= InertiaA * Vector2D.Cross(point.LeverA, impulse);
        vB += MassB * impulse;
        wB += InertiaB * Vector2D.Cross(point.LeverB, impulse);
    }

    /// <summary>
    /// Both points at once: the impulses x ≥ 0 and the speeds of parting v = K x + b ≥ 0 of which, at each point, one is 0.
    /// The four cases are tried in turn (Murty's total enumeration).
    /// </summary>
    private bool SolveBlock(ref Vector2D vA, ref float wA, ref Vector2D vB, ref float wB)
    {
        var (before1, before2) = (First.NormalImpulse, Second.NormalImpulse);
        var relative1 = vB + Vector2D.Cross(wB, First.LeverB) - vA - Vector2D.Cross(wA, First.LeverA);
        var relative2 = vB + Vector2D.Cross(wB, Second.LeverB) - vA - Vector2D.Cross(wA, Second.LeverA);
        var b1 = Vector2D.Dot(relative1, Normal) - First.Bounce - ((K11 * before1) + (K12 * before2));
        var b2 = Vector2D.Dot(relative2, Normal) - Second.Bounce - ((K12 * before1) + (K22 * before2));

        var x1 = -((Inverse11 * b1) + (Inverse12 * b2));
        var x2 = -((Inverse12 * b1) + (Inverse22 * b2));
        if (!(x1 >= 0 && x2 >= 0))
        {
            (x1, x2) = (-First.NormalMass * b1, 0);
            if (!(x1 >= 0 && (K12 * x1) + b2 >= 0))
            {
                (x1, x2) = (0, -Second.NormalMass * b2);
                if (!(x2 >= 0 && (K12 * x2) + b1 >= 0))
                {
                    (x1, x2) = (0, 0);
                    if (!(b1 >= 0 && b2 >= 0))
                    {
                        return true;
                    }
                }
            }
        }

        var (impulse1, impulse2) = ((x1 - before1) * Normal, (x2 - before2) * Normal);
        var impulse = impulse1 + impulse2;
        vA -= MassA * impulse;
        wA -= InertiaA * (Vector2D.Cross(First.LeverA, impulse1) + Vector2D.Cross(Second.LeverA, impulse2));
        vB += MassB * impulse;
        wB += InertiaB * (Vector2D.Cross(First.LeverB, impulse1) + Vector2D.Cross(Second.LeverB, impulse2));
        (First.NormalImpulse, Second.NormalImpulse) = (x1, x2);
        return Same(x1, before1) & Same(x2, before2);
    }
}
