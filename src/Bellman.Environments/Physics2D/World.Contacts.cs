namespace Bellman.Environments.Physics2D;

internal sealed partial class World
{
    private Contact[] contacts = new Contact[16];
    private int contactCapacityUsed;
    private int firstFree = -1;
    private int newestContact = -1;

    // Pairs of fixtures whose boxes begin to overlap, the older one in the upper half.
    private long[] pairs = new long[16];
    private int pairCount;

    private void ClearContacts() => (contactCapacityUsed, firstFree, newestContact, pairCount) = (0, -1, -1, 0);

    /// <summary>The contacts that touch, the newest first.</summary>
    public IEnumerable<int> TouchingContacts()
    {
        for (var i = newestContact; i >= 0; i = contacts[i].Next)
        {
            if (contacts[i].IsTouching)
            {
                yield return i;
            }
        }
    }

    /// <summary>Makes the boxes of a body's fixtures reach over all of its way, if they do not yet.</summary>
    private void SynchronizeFixtures(int index)
    {
        ref readonly var body = ref bodies[index];
        var from = Transform.AroundCenter(body.Sweep.Center0, body.Sweep.Angle0, body.Sweep.LocalCenter);
        foreach (ref var fixture in fixtures.AsSpan(body.FirstFixture, body.FixtureCount))
        {
            var tight = Bounds.Union(fixture.Shape.BoundsAt(from), fixture.Shape.BoundsAt(body.Transform));
            if (fixture.Bounds.Contains(tight))
            {
                continue;
            }

            var (lower, upper) = tight.Fattened(Constants.BoundsMargin);
            var ahead = Constants.BoundsLookahead * (body.Transform.Position - from.Position);
            fixture.Bounds = new(
                new(ahead.X < 0 ? lower.X + ahead.X : lower.X, ahead.Y < 0 ? lower.Y + ahead.Y : lower.Y),
                new(ahead.X < 0 ? upper.X : upper.X + ahead.X, ahead.Y < 0 ? upper.Y : upper.Y + ahead.Y));
            fixture.HasMoved = true;
        }
    }

    /// <summary>Adds contacts for fixtures whose boxes have begun to overlap, in the order of their age: it decides the order in which they are solved.</summary>
    private void FindNewContacts()
    {
        pairCount = 0;
        for (var i = 0; i < fixtureCount; i++)
        {
            ref var fixture = ref fixtures[i];
            if (!fixture.HasMoved)
            {
                continue;
            }

            fixture.HasMoved = false;
            for (var other = 0; other < fixtureCount; other++)
            {
                if (other != i && fixture.Bounds.Overlaps(fixtures[other].Bounds) && ShouldCollide(i, other))
                {
                    AddPair(Math.Min(i, other), Math.Max(i, other));
                }
            }
        }

        var found = pairs.AsSpan(0, pairCount);
        found.Sort();
        for (var i = 0; i < found.Length; i++)
        {
            if (i == 0 || found[i] != found[i - 1])
            {
                AddContact((int)(found[i] >> 32), (int)found[i]);
            }
        }
    }

    private void AddPair(int older, int newer)
    {
        if (pairCount == pairs.Length)
        {
            Array.Resize(ref pairs, 2 * pairCount);
        }

        pairs[pairCount++] = ((long)older << 32) | (uint)newer;
    }

    private bool ShouldCollide(int first, int second)
    {
        ref readonly var a = ref fixtures[first];
        ref readonly var b = ref fixtures[second];
        if (a.Body == b.Body || (a.Mask & b.Category) == 0 || (b.Mask & a.Category) == 0 || !(bodies[a.Body].IsDynamic || bodies[b.Body].IsDynamic))
        {
            return false;
        }

        for (var i = bodies[a.Body].Joints; i >= 0; i = joints[i].NextOf(a.Body))
        {
            if (joints[i].Other(a.Body) == b.Body)
            {
                return false;
            }
        }

        return true;
    }

    private void AddContact(int first, int second)
    {
        var newer = fixtures[second].Body;
        for (var i = bodies[newer].Contacts; i >= 0; i = contacts[i].NextOf(newer))
        {
            ref readonly var known = ref contacts[i];
            if ((known.FixtureA == first && known.FixtureB == second) || (known.FixtureA == second && known.FixtureB == first))
            {
                return;
            }
        }

        // An edge comes first.
        if (fixtures[second].Shape.IsEdge)
        {
            (first, second) = (second, first);
        }

        ref readonly var a = ref fixtures[first];
        ref readonly var b = ref fixtures[second];
        var index = TakeContact();
        contacts[index] = new Contact
        {
            FixtureA = first,
            FixtureB = second,
            BodyA = a.Body,
            BodyB = b.Body,
            Friction = MathF.Sqrt(a.Friction * b.Friction),
            Restitution = a.Restitution > b.Restitution ? a.Restitution : b.Restitution,
            IsEnabled = true,
            Previous = -1,
            Next = newestContact,
            PreviousOfA = -1,
            NextOfA = bodies[a.Body].Contacts,
            PreviousOfB = -1,
            NextOfB = bodies[b.Body].Contacts,
        };
        if (newestContact >= 0)
        {
            contacts[newestContact].Previous = index;
        }

        newestContact = index;
        LinkBack(contacts[index].NextOfA, a.Body, index);
        LinkBack(contacts[index].NextOfB, b.Body, index);
        bodies[a.Body].Contacts = index;
        bodies[b.Body].Contacts = index;
        bodies[a.Body].Wake();
        bodies[b.Body].Wake();
    }

    private int TakeContact()
    {
        if (firstFree >= 0)
        {
            var free = firstFree;
            firstFree = contacts[free].Next;
            return free;
        }

        if (contactCapacityUsed == contacts.Length)
        {
            Array.Resize(ref contacts, 2 * contactCapacityUsed);
        }

        return contactCapacityUsed++;
    }

    private void LinkBack(int contact, int body, int previous)
    {
        if (contact < 0)
        {
            return;
        }

        if (contacts[contact].BodyA == body)
        {
            contacts[contact].PreviousOfA = previous;
        }
        else
        {
            contacts[contact].PreviousOfB = previous;
        }
    }

    private void LinkForward(int contact, int body, int next)
    {
        if (contact < 0)
        {
            bodies[body].Contacts = next;
        }
        else if (contacts[contact].BodyA == body)
        {
            contacts[contact].NextOfA = next;
        }
        else
        {
            contacts[contact].NextOfB = next;
        }
    }

    private void RemoveContact(int index)
    {
        ref var contact = ref contacts[index];
        if (contact.IsTouching)
        {
            Listener?.EndContact(contact.BodyA, contact.BodyB);
        }

        if (contact.Previous < 0)
        {
            newestContact = contact.Next;
        }
        else
        {
            contacts[contact.Previous].Next = contact.Next;
        }

        if (contact.Next >= 0)
        {
            contacts[contact.Next].Previous = contact.Previous;
        }

        LinkForward(contact.PreviousOfA, contact.BodyA, contact.NextOfA);
        LinkBack(contact.NextOfA, contact.BodyA, contact.PreviousOfA);
        LinkForward(contact.PreviousOfB, contact.BodyB, contact.NextOfB);
        LinkBack(contact.NextOfB, contact.BodyB, contact.PreviousOfB);
        if (contact.Manifold.Count > 0)
        {
            bodies[contact.BodyA].Wake();
            bodies[contact.BodyB].Wake();
        }

        contact.Next = firstFree;
        firstFree = index;
    }

    /// <summary>Finds out how all contacts touch, and removes those whose boxes have parted.</summary>
    private void UpdateContacts()
    {
        for (var i = newestContact; i >= 0;)
        {
            ref readonly var contact = ref contacts[i];
            var next = contact.Next;
            if (IsActive(contact.BodyA) || IsActive(contact.BodyB))
            {
                if (fixtures[contact.FixtureA].Bounds.Overlaps(fixtures[contact.FixtureB].Bounds))
                {
                    UpdateContact(i);
                }
                else
                {
                    RemoveContact(i);
                }
            }

            i = next;
        }
    }

    private bool IsActive(int body) => bodies[body].IsAwake && bodies[body].IsDynamic;

    private void UpdateContact(int index)
    {
        ref var contact = ref contacts[index];
        ref var manifold = ref contact.Manifold;
        var (old, oldCount) = (manifold.Points, manifold.Count);
        Collision.Collide(
            ref manifold, fixtures[contact.FixtureA].Shape, bodies[contact.BodyA].Transform, fixtures[contact.FixtureB].Shape, bodies[contact.BodyB].Transform);
        for (var i = 0; i < manifold.Count; i++)
        {
            ref var point = ref manifold.Points[i];
            for (var j = 0; j < oldCount; j++)
            {
                if (old[j].Feature == point.Feature)
                {
                    (point.NormalImpulse, point.TangentImpulse) = (old[j].NormalImpulse, old[j].TangentImpulse);
                    break;
                }
            }
        }

        contact.IsEnabled = true;
        var touches = manifold.Count > 0;
        if (touches == contact.IsTouching)
        {
            return;
        }

        contact.IsTouching = touches;
        bodies[contact.BodyA].Wake();
        bodies[contact.BodyB].Wake();
        if (touches)
        {
            Listener?.BeginContact(contact.BodyA, contact.BodyB);
        }
        else
        {
            Listener?.EndContact(contact.BodyA, contact.BodyB);
        }
    }
}
