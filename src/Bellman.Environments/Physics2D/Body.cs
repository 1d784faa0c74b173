namespace Bellman.Environments.Physics2D;

/// <summary>Where a body's centre of mass goes within a step: from the first position at <c>Done</c> to the second one at 1.</summary>
internal struct Sweep
{
    public Vector2D LocalCenter;
    public Vector2D Center0;
    public Vector2D Center;
    public float Angle0;
    public float Angle;

    /// <summary>The fraction of the step at which the first position holds.</summary>
    public float Done;

    /// <summary>The transform at a fraction of what is left.</summary>
    public readonly Transform At(float fraction)
    {
        var center = ((1 - fraction) * Center0) + (fraction * Center);
        return Transform.AroundCenter(center, ((1 - fraction) * Angle0) + (fraction * Angle), LocalCenter);
    }

    /// <summary>Moves the first position forward to a fraction of the step.</summary>
    public void Advance(float to)
    {
        var fraction = (to - Done) / (1 - Done);
        Center0 = ((1 - fraction) * Center0) + (fraction * Center);
        Angle0 = ((1 - fraction) * Angle0) + (fraction * Angle);
        Done = to;
    }

    /// <summary>Takes full turns off both angles.</summary>
    public readonly Sweep Normalized()
    {
        const float Turn = 2.0f * Constants.Pi;
        var turns = Turn * MathF.Floor(Angle0 / Turn);
        var sweep = this;
        sweep.Angle0 -= turns;
        sweep.Angle -= turns;
        return sweep;
    }
}

/// <summary>A rigid body; static ones have no mass and never move.</summary>
internal struct Body
{
    public Transform Transform;
    public Sweep Sweep;
    public Vector2D Velocity;
    public float AngularVelocity;
    public Vector2D Force;
    public float Torque;
    public float Mass;
    public float InverseMass;

    /// <summary>About the centre of mass.</summary>
    public float Inertia;
    public float InverseInertia;
    public float SleepTime;
    public bool IsDynamic;
    public bool IsAwake;
    public bool InIsland;
    public int IslandIndex;

    /// <summary>The shapes of a body are a range: they are added before the next body.</summary>
    public int FirstFixture;
    public int FixtureCount;

    /// <summary>Heads of the lists of contacts and joints, the newest first; −1 for none.</summary>
    public int Contacts;
    public int Joints;

    /// <summary>Wakes the body; one that is awake keeps its sleep timer.</summary>
    public void Wake()
    {
        if (!IsAwake)
        {
            IsAwake = true;
            SleepTime = 0;
        }
    }

    public void Sleep()
    {
        IsAwake = false;
        SleepTime = 0;
        Velocity = default;
        AngularVelocity = 0;
        Force = default;
        Torque = 0;
    }

    /// <summary>A force at the centre of mass until the end of the next step.</summary>
    public void ApplyForce(Vector2D force)
    {
        Wake();
        Force += force;
    }

    public void ApplyTorque(float torque)
    {
        Wake();
        Torque += torque;
    }

    /// <summary>Changes the velocities at once, as a hit at a point of the world does.</summary>
    public void ApplyImpulse(Vector2D impulse, Vector2D point)
    {
        Wake();
        Velocity += InverseMass * impulse;
        AngularVelocity += InverseInertia * Vector2D.Cross(point - Sweep.Center, impulse);
    }

    /// <summary>Stops the body at a fraction of the step.</summary>
    public void Advance(float to)
    {
        Sweep.Advance(to);
        Sweep.Center = Sweep.Center0;
        Sweep.Angle = Sweep.Angle0;
        Synchronize();
    }

    /// <summary>Makes the transform follow the sweep's end.</summary>
    public void Synchronize() => Transform = Transform.AroundCenter(Sweep.Center, Sweep.Angle, Sweep.LocalCenter);

    public void AddMass(MassData mass)
    {
        Mass = mass.Mass;
        InverseMass = 1 / Mass;
        var center = InverseMass * (Mass * mass.Center);
        Inertia = mass.Inertia - (Mass * Vector2D.Dot(center, center));
        InverseInertia = 1 / Inertia;
        Sweep.LocalCenter = center;
        Sweep.Center = Transform.Apply(center);
        Sweep.Center0 = Sweep.Center;
    }
}

/// <summary>A shape on a body, with what contacts need to know of it.</summary>
internal struct Fixture
{
    public Shape Shape;
    public int Body;
    public float Friction;
    public float Restitution;
    public ushort Category;
    public ushort Mask;

    /// <summary>The box of the broad phase: larger than the shape, so that it seldom changes.</summary>
    public Bounds Bounds;
    public bool HasMoved;
}
