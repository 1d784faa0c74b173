namespace Bellman.Environments.Physics2D;

/// <summary>What a fixture is made of.</summary>
/// <param name="Density">In kg/m²; 0 on static bodies.</param>
/// <param name="Friction">Two that touch have the root of the product.</param>
/// <param name="Restitution">Two that touch have the larger one.</param>
/// <param name="Category">The bit of what it is.</param>
/// <param name="Mask">The bits of what it collides with; both must agree.</param>
internal readonly record struct Material(float Density, float Friction, float Restitution = 0, ushort Category = 1, ushort Mask = ushort.MaxValue);

/// <summary>
/// Rigid bodies in the plane, in single precision and without chance: the same calls give the same bits. A step allocates nothing once its arrays
/// have grown. All steps must last equally long, because impulses are kept from step to step.
/// </summary>
/// <param name="gravity">In m/s².</param>
internal sealed partial class World(Vector2D gravity)
{
    private readonly Island island = new();
    private Body[] bodies = new Body[8];
    private Fixture[] fixtures = new Fixture[8];
    private RevoluteJoint[] joints = new RevoluteJoint[4];
    private int[] stack = new int[8];
    private int bodyCount;
    private int fixtureCount;
    private int jointCount;
    private bool hasNewFixtures;

    /// <summary>In m/s².</summary>
    public Vector2D Gravity { get; set; } = gravity;

    /// <summary>Hears of contacts.</summary>
    public IContactListener? Listener { get; set; }

    public Span<Body> Bodies => bodies.AsSpan(0, bodyCount);

    public Span<RevoluteJoint> Joints => joints.AsSpan(0, jointCount);

    public Span<Contact> Contacts => contacts;

    public ReadOnlySpan<Fixture> Fixtures => fixtures.AsSpan(0, fixtureCount);

    /// <summary>Takes everything away.</summary>
    public void Clear()
    {
        (bodyCount, fixtureCount, jointCount, hasNewFixtures) = (0, 0, 0, false);
        ClearContacts();
    }

    /// <summary>Adds a body without shapes; it is static until it has weight.</summary>
    public int AddBody(Vector2D position, float angle = 0, bool isDynamic = false)
    {
        if (bodyCount == bodies.Length)
        {
            Array.Resize(ref bodies, 2 * bodyCount);
            Array.Resize(ref stack, 2 * bodyCount);
        }

        bodies[bodyCount] = new Body
        {
            Transform = new(position, Rotation.Of(angle)),
            Sweep = new() { Center0 = position, Center = position, Angle0 = angle, Angle = angle },
            IsDynamic = isDynamic,
            IsAwake = true,
            FirstFixture = fixtureCount,
            Contacts = -1,
            Joints = -1,
        };
        return bodyCount++;
    }

    /// <summary>Adds a shape to the newest body. A dynamic body has one.</summary>
    /// <exception cref="InvalidOperationException">The body is dynamic and has a shape already.</exception>
    public void AddFixture(Shape shape, in Material material)
    {
        var index = bodyCount - 1;
        ref var body = ref bodies[index];
        if (body.IsDynamic && body.FixtureCount > 0)
        {
            throw new InvalidOperationException("A dynamic body has one shape.");
        }

        if (fixtureCount == fixtures.Length)
        {
            Array.Resize(ref fixtures, 2 * fixtureCount);
        }

        fixtures[fixtureCount++] = new Fixture
        {
            Shape = shape,
            Body = index,
            Friction = material.Friction,
            Restitution = material.Restitution,
            Category = material.Category,
            Mask = material.Mask,
            Bounds = shape.BoundsAt(body.Transform).Fattened(Constants.BoundsMargin),
            HasMoved = true,
        };
        body.FixtureCount++;
        hasNewFixtures = true;
        if (body.IsDynamic)
        {
            body.AddMass(shape.MassAt(material.Density));
        }
    }

    /// <summary>Joins two bodies, which then do not collide with each other.</summary>
    /// <exception cref="ArgumentException">The limits are too close to each other.</exception>
    public int AddJoint(RevoluteJoint joint)
    {
        if (joint.HasLimit && joint.Upper - joint.Lower < 2 * Constants.AngularSlop)
        {
            throw new ArgumentException($"A joint's limits must lie at least 4° apart, but are {joint.Lower} and {joint.Upper} rad.", nameof(joint));
        }

        if (jointCount == joints.Length)
        {
            Array.Resize(ref joints, 2 * jointCount);
        }

        ref var a = ref bodies[joint.BodyA];
        ref var b = ref bodies[joint.BodyB];
        (joint.NextOfA, a.Joints) = (a.Joints, jointCount);
        (joint.NextOfB, b.Joints) = (b.Joints, jointCount);
        joints[jointCount] = joint;
        return jointCount++;
    }

    /// <summary>Sets a joint's motor and wakes the bodies, even if the setting is not new.</summary>
    public void SetMotor(int index, float speed, float maxTorque)
    {
        ref var joint = ref joints[index];
        bodies[joint.BodyA].Wake();
        bodies[joint.BodyB].Wake();
        (joint.MotorSpeed, joint.MaxMotorTorque) = (speed, maxTorque);
    }

    /// <summary>The angle of a joint against its reference, in rad.</summary>
    public float JointAngle(int index)
    {
        ref readonly var joint = ref joints[index];
        return bodies[joint.BodyB].Sweep.Angle - bodies[joint.BodyA].Sweep.Angle - joint.ReferenceAngle;
    }

    /// <summary>How fast a joint turns, in rad/s.</summary>
    public float JointSpeed(int index) => bodies[joints[index].BodyB].AngularVelocity - bodies[joints[index].BodyA].AngularVelocity;

    /// <summary>Goes on by a step of <paramref name="duration"/> seconds.</summary>
    public void Step(float duration, int velocityIterations, int positionIterations)
    {
        if (hasNewFixtures)
        {
            FindNewContacts();
            hasNewFixtures = false;
        }

        UpdateContacts();
        SolveIslands(duration, velocityIterations, positionIterations);
        SolveImpacts(duration, velocityIterations);
        foreach (ref var body in Bodies)
        {
            (body.Force, body.Torque) = (default, 0);
        }
    }

    private void SolveIslands(float duration, int velocityIterations, int positionIterations)
    {
        foreach (ref var body in Bodies)
        {
            body.InIsland = false;
        }

        foreach (ref var joint in Joints)
        {
            joint.InIsland = false;
        }

        for (var i = newestContact; i >= 0; i = contacts[i].Next)
        {
            contacts[i].InIsland = false;
        }

        for (var seed = bodyCount - 1; seed >= 0; seed--)
        {
            ref var body = ref bodies[seed];
            if (body.InIsland || !body.IsAwake || !body.IsDynamic)
            {
                continue;
            }

            GatherIsland(seed);
            island.Solve(this, duration, velocityIterations, positionIterations);

            // Static bodies do not connect islands, and belong to several.
            foreach (var index in island.Bodies)
            {
                bodies[index].InIsland &= bodies[index].IsDynamic;
            }
        }

        for (var i = bodyCount - 1; i >= 0; i--)
        {
            if (bodies[i].InIsland)
            {
                SynchronizeFixtures(i);
            }
        }

        FindNewContacts();
    }

    /// <summary>Follows contacts and joints from a body, depth first.</summary>
    private void GatherIsland(int seed)
    {
        island.Clear();
        var depth = 0;
        stack[depth++] = seed;
        bodies[seed].InIsland = true;
        while (depth > 0)
        {
            var index = stack[--depth];
            ref var body = ref bodies[index];
            island.AddBody(ref body, index);
            body.IsAwake = true;
            if (!body.IsDynamic)
            {
                continue;
            }

            for (var i = body.Contacts; i >= 0; i = contacts[i].NextOf(index))
            {
                ref var contact = ref contacts[i];
                if (!contact.InIsland && contact.IsEnabled && contact.IsTouching)
                {
                    contact.InIsland = true;
                    island.AddContact(i);
                    Push(contact.Other(index));
                }
            }

            for (var i = body.Joints; i >= 0; i = joints[i].NextOf(index))
            {
                if (!joints[i].InIsland)
                {
                    joints[i].InIsland = true;
                    island.AddJoint(i);
                    Push(joints[i].Other(index));
                }
            }
        }

        void Push(int other)
        {
            if (!bodies[other].InIsland)
            {
                bodies[other].InIsland = true;
                stack[depth++] = other;
            }
        }
    }
}
