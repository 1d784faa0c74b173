namespace Bellman.Environments.Physics2D;

internal sealed partial class Island
{
    private ContactConstraint[] constraints = new ContactConstraint[8];

    private void LoadContacts(World world, bool warm)
    {
        for (var i = 0; i < ContactCount; i++)
        {
            constraints[i].Load(world.Contacts[contacts[i]], world, warm);
        }
    }

    private void InitializeContacts(World world)
    {
        for (var i = 0; i < ContactCount; i++)
        {
            ref var constraint = ref constraints[i];
            ref readonly var a = ref states[constraint.IndexA];
            ref readonly var b = ref states[constraint.IndexB];
            constraint.Initialize(a.Center, a.Angle, a.Velocity, a.AngularVelocity, b.Center, b.Angle, b.Velocity, b.AngularVelocity);
        }
    }

    private void WarmStartContacts()
    {
        for (var i = 0; i < ContactCount; i++)
        {
            ref var constraint = ref constraints[i];
            ref var a = ref states[constraint.IndexA];
            ref var b = ref states[constraint.IndexB];
            var tangent = Vector2D.Cross(constraint.Normal, 1);
            for (var j = 0; j < constraint.SolvedCount; j++)
            {
                ref readonly var point = ref constraint.Point(j);
                var impulse = (point.NormalImpulse * constraint.Normal) + (point.TangentImpulse * tangent);
                a.AngularVelocity -= constraint.InertiaA * Vector2D.Cross(point.LeverA, impulse);
                a.Velocity -= constraint.MassA * impulse;
                b.AngularVelocity += constraint.InertiaB * Vector2D.Cross(point.LeverB, impulse);
                b.Velocity += constraint.MassB * impulse;
            }
        }
    }

    private bool SweepContacts()
    {
        var changed = false;
        for (var i = 0; i < ContactCount; i++)
        {
            ref var constraint = ref constraints[i];
            ref var a = ref states[constraint.IndexA];
            ref var b = ref states[constraint.IndexB];
            changed |= constraint.Solve(ref a.Velocity, ref a.AngularVelocity, ref b.Velocity, ref b.AngularVelocity);
        }

        return changed;
    }

    private void StoreContacts(World world)
    {
        for (var i = 0; i < ContactCount; i++)
        {
            ref var manifold = ref world.Contacts[contacts[i]].Manifold;
            for (var j = 0; j < constraints[i].SolvedCount; j++)
            {
                ref readonly var point = ref constraints[i].Point(j);
                (manifold.Points[j].NormalImpulse, manifold.Points[j].TangentImpulse) = (point.NormalImpulse, point.TangentImpulse);
            }
        }
    }

    /// <summary>Moves overlapping bodies apart.</summary>
    /// <param name="gain">The share of the overlap that is taken away.</param>
    /// <param name="onlyA">The one body that may be moved, or −1 for all.</param>
    /// <param name="onlyB">The other one.</param>
    /// <returns>The largest overlap before, as a negative distance.</returns>
    private float CorrectContacts(float gain, int onlyA, int onlyB)
    {
        var deepest = 0f;
        for (var i = 0; i < ContactCount; i++)
        {
            ref var constraint = ref constraints[i];
            ref var a = ref states[constraint.IndexA];
            ref var b = ref states[constraint.IndexB];
            var movesA = onlyA < 0 || constraint.IndexA == onlyA || constraint.IndexA == onlyB;
            var movesB = onlyA < 0 || constraint.IndexB == onlyA || constraint.IndexB == onlyB;
            var (massA, inertiaA) = movesA ? (constraint.MassA, constraint.InertiaA) : (0, 0);
            var (massB, inertiaB) = movesB ? (constraint.MassB, constraint.InertiaB) : (0, 0);
            for (var j = 0; j < constraint.Count; j++)
            {
                var transformA = Transform.AroundCenter(a.Center, a.Angle, constraint.LocalCenterA);
                var transformB = Transform.AroundCenter(b.Center, b.Angle, constraint.LocalCenterB);
                var side = constraint.IsOnB ? transformB : transformA;
                var normal = side.Rotation.Apply(constraint.LocalNormal);
                var point = (constraint.IsOnB ? transformA : transformB).Apply(constraint.Point(j).Local);
                var separation = Vector2D.Dot(point - side.Apply(constraint.LocalPoint), normal) - Constants.SkinRadius - Constants.SkinRadius;
                normal = constraint.IsOnB ? -normal : normal;
                deepest = deepest < separation ? deepest : separation;

                var (leverA, leverB) = (point - a.Center, point - b.Center);
                var correction = Math.Clamp(gain * (separation + Constants.LinearSlop), -Constants.MaxLinearCorrection, 0);
                var (momentA, momentB) = (Vector2D.Cross(leverA, normal), Vector2D.Cross(leverB, normal));
                var k = massA + massB + (inertiaA * momentA * momentA) + (inertiaB * momentB * momentB);
                var impulse = (k > 0 ? -correction / k : 0) * normal;
                a.Center -= massA * impulse;
                a.Angle -= inertiaA * Vector2D.Cross(leverA, impulse);
                b.Center += massB * impulse;
                b.Angle += inertiaB * Vector2D.Cross(leverB, impulse);
            }
        }

        return deepest;
    }
}
