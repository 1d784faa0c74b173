namespace Bellman.Environments.Physics2D;

/// <summary>
/// Bodies that touch or are joined to each other, solved together: velocities by sequential impulses with warm start, then positions
/// (Catto 2005, "Iterative Dynamics with Temporal Coherence"). Its arrays are kept from step to step.
/// </summary>
internal sealed partial class Island
{
    private State[] states = new State[8];
    private int[] bodies = new int[8];
    private int[] contacts = new int[8];
    private int[] joints = new int[4];
    private int jointCount;

    public int BodyCount { get; private set; }

    public int ContactCount { get; private set; }

    public ReadOnlySpan<int> Bodies => bodies.AsSpan(0, BodyCount);

    public void Clear() => (BodyCount, ContactCount, jointCount) = (0, 0, 0);

    public void AddBody(ref Body body, int index)
    {
        if (BodyCount == bodies.Length)
        {
            Array.Resize(ref bodies, 2 * BodyCount);
            Array.Resize(ref states, 2 * BodyCount);
        }

        body.IslandIndex = BodyCount;
        bodies[BodyCount++] = index;
    }

    public void AddContact(int index)
    {
        if (ContactCount == contacts.Length)
        {
            Array.Resize(ref contacts, 2 * ContactCount);
            Array.Resize(ref constraints, 2 * ContactCount);
        }

        contacts[ContactCount++] = index;
    }

    public void AddJoint(int index)
    {
        if (jointCount == joints.Length)
        {
            Array.Resize(ref joints, 2 * jointCount);
            Array.Resize(ref pins, 2 * jointCount);
        }

        joints[jointCount++] = index;
    }

    /// <summary>Takes a step of <paramref name="duration"/> seconds.</summary>
    public void Solve(World world, float duration, int velocityIterations, int positionIterations)
    {
        LoadForces(world, duration);
        LoadContacts(world, warm: true);
        InitializeContacts(world);
        WarmStartContacts();
        LoadJoints(world, duration);

        // A sweep that changes no bit changes none ever after, so that the others can be left out.
        for (var i = 0; i < velocityIterations; i++)
        {
            var changed = SweepJoints();
            changed |= SweepContacts();
            if (!changed)
            {
                break;
            }
        }

        StoreJoints(world);
        StoreContacts(world);
        for (var i = 0; i < BodyCount; i++)
        {
            states[i].Move(duration);
        }

        var solved = false;
        for (var i = 0; i < positionIterations && !solved; i++)
        {
            solved = CorrectContacts(Constants.PositionGain, -1, -1) >= -3.0f * Constants.LinearSlop;
            solved &= CorrectJoints();
        }

        StoreBodies(world);
        Rest(world, duration, solved);
    }

    /// <summary>Pushes two bodies that meet within the step apart and solves what is left of the step without warm start.</summary>
    /// <param name="world">Where they are.</param>
    /// <param name="duration">What is left, in seconds.</param>
    /// <param name="velocityIterations">How many sweeps at most.</param>
    /// <param name="indexA">One of the two, in this island; only they may be moved apart.</param>
    /// <param name="indexB">The other one.</param>
    public void SolveImpact(World world, float duration, int velocityIterations, int indexA, int indexB)
    {
        for (var i = 0; i < BodyCount; i++)
        {
            states[i] = new State(world.Bodies[bodies[i]]);
        }

        LoadContacts(world, warm: false);
        for (var i = 0; i < Constants.ImpactPositionIterations; i++)
        {
            if (CorrectContacts(Constants.ImpactPositionGain, indexA, indexB) >= -1.5f * Constants.LinearSlop)
            {
                break;
            }
        }

        foreach (var index in (ReadOnlySpan<int>)[indexA, indexB])
        {
            ref var sweep = ref world.Bodies[bodies[index]].Sweep;
            (sweep.Center0, sweep.Angle0) = (states[index].Center, states[index].Angle);
        }

        InitializeContacts(world);
        for (var i = 0; i < velocityIterations && SweepContacts(); i++)
        {
        }

        for (var i = 0; i < BodyCount; i++)
        {
            states[i].Move(duration);
        }

        StoreBodies(world);
    }

    private void LoadForces(World world, float duration)
    {
        for (var i = 0; i < BodyCount; i++)
        {
            ref var body = ref world.Bodies[bodies[i]];
            (body.Sweep.Center0, body.Sweep.Angle0) = (body.Sweep.Center, body.Sweep.Angle);
            states[i] = new State(body);
            if (body.IsDynamic)
            {
                states[i].Velocity += duration * (world.Gravity + (body.InverseMass * body.Force));
                states[i].AngularVelocity += duration * body.InverseInertia * body.Torque;
            }
        }
    }

    private void StoreBodies(World world)
    {
        for (var i = 0; i < BodyCount; i++)
        {
            ref var body = ref world.Bodies[bodies[i]];
            (body.Sweep.Center, body.Sweep.Angle) = (states[i].Center, states[i].Angle);
            (body.Velocity, body.AngularVelocity) = (states[i].Velocity, states[i].AngularVelocity);
            body.Synchronize();
        }
    }

    /// <summary>Puts all bodies to sleep once none has moved for a while.</summary>
    private void Rest(World world, float duration, bool solved)
    {
        var resting = float.MaxValue;
        foreach (var index in Bodies)
        {
            ref var body = ref world.Bodies[index];
            if (!body.IsDynamic)
            {
                continue;
            }

            var moves = body.AngularVelocity * body.AngularVelocity > Constants.AngularSleepTolerance * Constants.AngularSleepTolerance
                || body.Velocity.LengthSquared > Constants.LinearSleepTolerance * Constants.LinearSleepTolerance;
            body.SleepTime = moves ? 0 : body.SleepTime + duration;
            resting = body.SleepTime < resting ? body.SleepTime : resting;
        }

        if (resting >= Constants.TimeToSleep && solved)
        {
            foreach (var index in Bodies)
            {
                world.Bodies[index].Sleep();
            }
        }
    }

    /// <summary>What is solved for: a body's place and velocity.</summary>
    private struct State(in Body body)
    {
        public Vector2D Center = body.Sweep.Center;
        public float Angle = body.Sweep.Angle;
        public Vector2D Velocity = body.Velocity;
        public float AngularVelocity = body.AngularVelocity;

        public void Move(float duration)
        {
            const float MaxTranslationSquared = Constants.MaxTranslation * Constants.MaxTranslation;
            const float MaxRotationSquared = Constants.MaxRotation * Constants.MaxRotation;
            var translation = duration * Velocity;
            if (translation.LengthSquared > MaxTranslationSquared)
            {
                Velocity = (Constants.MaxTranslation / translation.Length) * Velocity;
            }

            var rotation = duration * AngularVelocity;
            if (rotation * rotation > MaxRotationSquared)
            {
                AngularVelocity *= Constants.MaxRotation / MathF.Abs(rotation);
            }

            Center += duration * Velocity;
            Angle += duration * AngularVelocity;
        }
    }
}
