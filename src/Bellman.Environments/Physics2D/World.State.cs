using System.Runtime.InteropServices;

namespace Bellman.Environments.Physics2D;

internal sealed partial class World
{
    /// <summary>Writes all that moves. What the world is made of is not written: whoever loads builds the same world first.</summary>
    public void SaveState(BinaryWriter writer)
    {
        writer.Write(bodyCount);
        writer.Write(jointCount);
        writer.Write(fixtureCount);
        writer.Write(contactCapacityUsed);
        writer.Write(firstFree);
        writer.Write(newestContact);
        writer.Write(hasNewFixtures);
        foreach (ref readonly var body in Bodies)
        {
            Save(writer, body);
        }

        foreach (ref readonly var joint in Joints)
        {
            Save(writer, joint);
        }

        foreach (ref readonly var fixture in Fixtures)
        {
            Write(writer, fixture.Bounds);
            writer.Write(fixture.HasMoved);
        }

        foreach (ref readonly var contact in contacts.AsSpan(0, contactCapacityUsed))
        {
            Save(writer, contact);
        }
    }

    /// <summary>Takes back what <see cref="SaveState"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It was written by a world of other bodies.</exception>
    public void LoadState(BinaryReader reader)
    {
        if (reader.ReadInt32() != bodyCount || reader.ReadInt32() != jointCount || reader.ReadInt32() != fixtureCount)
        {
            throw new InvalidDataException($"the state is of a world of other bodies than this one's {bodyCount}");
        }

        contactCapacityUsed = reader.ReadInt32();
        if (contactCapacityUsed < 0 || contactCapacityUsed > fixtureCount * fixtureCount)
        {
            throw new InvalidDataException($"the state claims {contactCapacityUsed} contacts of {fixtureCount} shapes");
        }

        Array.Resize(ref contacts, Math.Max(contacts.Length, contactCapacityUsed));
        (firstFree, newestContact, hasNewFixtures) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean());
        foreach (ref var body in Bodies)
        {
            Load(reader, ref body);
        }

        foreach (ref var joint in Joints)
        {
            Load(reader, ref joint);
        }

        foreach (ref var fixture in fixtures.AsSpan(0, fixtureCount))
        {
            fixture.Bounds = Read<Bounds>(reader);
            fixture.HasMoved = reader.ReadBoolean();
        }

        foreach (ref var contact in contacts.AsSpan(0, contactCapacityUsed))
        {
            Load(reader, ref contact);
        }
    }

    private static void Save(BinaryWriter writer, in Body body)
    {
        Write(writer, body.Transform);
        Write(writer, body.Sweep);
        Write(writer, body.Velocity);
        writer.Write(body.AngularVelocity);
        Write(writer, body.Force);
        writer.Write(body.Torque);
        writer.Write(body.SleepTime);
        writer.Write(body.IsAwake);
        writer.Write(body.Contacts);
    }

    private static void Load(BinaryReader reader, ref Body body)
    {
        body.Transform = Read<Transform>(reader);
        body.Sweep = Read<Sweep>(reader);
        body.Velocity = Read<Vector2D>(reader);
        body.AngularVelocity = reader.ReadSingle();
        body.Force = Read<Vector2D>(reader);
        body.Torque = reader.ReadSingle();
        body.SleepTime = reader.ReadSingle();
        body.IsAwake = reader.ReadBoolean();
        body.Contacts = reader.ReadInt32();
    }

    private static void Save(BinaryWriter writer, in RevoluteJoint joint)
    {
        writer.Write(joint.MotorSpeed);
        writer.Write(joint.MaxMotorTorque);
        Write(writer, joint.PinImpulse);
        writer.Write(joint.LimitImpulse);
        writer.Write(joint.MotorImpulse);
        writer.Write((byte)joint.Limit);
    }

    private static void Load(BinaryReader reader, ref RevoluteJoint joint)
    {
        joint.MotorSpeed = reader.ReadSingle();
        joint.MaxMotorTorque = reader.ReadSingle();
        joint.PinImpulse = Read<Vector2D>(reader);
        joint.LimitImpulse = reader.ReadSingle();
        joint.MotorImpulse = reader.ReadSingle();
        joint.Limit = (LimitState)reader.ReadByte();
    }

    private static void Save(BinaryWriter writer, in Contact contact)
    {
        foreach (var link in (ReadOnlySpan<int>)[
            contact.FixtureA, contact.FixtureB, contact.BodyA, contact.BodyB,
            contact.Previous, contact.Next, contact.PreviousOfA, contact.NextOfA, contact.PreviousOfB, contact.NextOfB])
        {
            writer.Write(link);
        }

        writer.Write(contact.Friction);
        writer.Write(contact.Restitution);
        writer.Write(contact.IsTouching);
        writer.Write(contact.IsEnabled);
        Write(writer, contact.Manifold.LocalNormal);
        Write(writer, contact.Manifold.LocalPoint);
        writer.Write(contact.Manifold.IsOnB);
        writer.Write(contact.Manifold.Count);
        foreach (var point in contact.Manifold.Points)
        {
            Write(writer, point);
        }
    }

    private static void Load(BinaryReader reader, ref Contact contact)
    {
        contact = new Contact
        {
            FixtureA = reader.ReadInt32(),
            FixtureB = reader.ReadInt32(),
            BodyA = reader.ReadInt32(),
            BodyB = reader.ReadInt32(),
            Previous = reader.ReadInt32(),
            Next = reader.ReadInt32(),
            PreviousOfA = reader.ReadInt32(),
            NextOfA = reader.ReadInt32(),
            PreviousOfB = reader.ReadInt32(),
            NextOfB = reader.ReadInt32(),
            Friction = reader.ReadSingle(),
            Restitution = reader.ReadSingle(),
            IsTouching = reader.ReadBoolean(),
            IsEnabled = reader.ReadBoolean(),
        };
        contact.Manifold.LocalNormal = Read<Vector2D>(reader);
        contact.Manifold.LocalPoint = Read<Vector2D>(reader);
        contact.Manifold.IsOnB = reader.ReadBoolean();
        contact.Manifold.Count = reader.ReadInt32();
        foreach (ref var point in contact.Manifold.Points)
        {
            point = Read<ManifoldPoint>(reader);
        }
    }

    // Only for structures without gaps: their bytes are their fields.
    private static void Write<T>(BinaryWriter writer, in T value) where T : unmanaged => writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    private static T Read<T>(BinaryReader reader) where T : unmanaged
    {
        var value = default(T);
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return value;
    }
}
