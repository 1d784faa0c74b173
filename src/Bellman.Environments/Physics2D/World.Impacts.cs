namespace Bellman.Environments.Physics2D;

internal sealed partial class World
{
    // Later ones belong to the next step.
    private const float LastImpact = 1.0f - (10.0f * Constants.Epsilon);

    /// <summary>Goes from impact to impact with static bodies, so that nothing fast passes through them.</summary>
    private void SolveImpacts(float duration, int velocityIterations)
    {
        foreach (ref var body in Bodies)
        {
            body.InIsland = false;
            body.Sweep.Done = 0;
        }

        for (var i = newestContact; i >= 0; i = contacts[i].Next)
        {
            ref var contact = ref contacts[i];
            (contact.InIsland, contact.HasImpactTime, contact.ImpactCount, contact.ImpactTime) = (false, false, 0, 1);
        }

        while (FirstImpact(out var time) is var index and >= 0 && time <= LastImpact)
        {
            SolveImpact(index, time, duration, velocityIterations);
        }
    }

    private int FirstImpact(out float time)
    {
        var first = -1;
        time = 1;
        for (var i = newestContact; i >= 0; i = contacts[i].Next)
        {
            ref var contact = ref contacts[i];
            if (!contact.IsEnabled || contact.ImpactCount > Constants.MaxImpactsPerContact)
            {
                continue;
            }

            if (!contact.HasImpactTime)
            {
                // Two dynamic bodies may pass through each other.
                if (!(IsActive(contact.BodyA) || IsActive(contact.BodyB)) || (bodies[contact.BodyA].IsDynamic && bodies[contact.BodyB].IsDynamic))
                {
                    continue;
                }

                contact.ImpactTime = ImpactTime(contact);
                contact.HasImpactTime = true;
            }

            if (contact.ImpactTime < time)
            {
                (first, time) = (i, contact.ImpactTime);
            }
        }

        return first;
    }

    private float ImpactTime(in Contact contact)
    {
        ref var a = ref bodies[contact.BodyA].Sweep;
        ref var b = ref bodies[contact.BodyB].Sweep;
        var done = a.Done;
        if (a.Done < b.Done)
        {
            done = b.Done;
            a.Advance(done);
        }
        else if (b.Done < a.Done)
        {
            b.Advance(done);
        }

        if (!TimeOfImpact.Find(fixtures[contact.FixtureA].Shape, a, fixtures[contact.FixtureB].Shape, b, out var share))
        {
            return 1;
        }

        var time = done + ((1 - done) * share);
        return time < 1 ? time : 1;
    }

    private void SolveImpact(int index, float time, float duration, int velocityIterations)
    {
        var (indexA, indexB) = (contacts[index].BodyA, contacts[index].BodyB);
        var (sweepA, sweepB) = (bodies[indexA].Sweep, bodies[indexB].Sweep);
        bodies[indexA].Advance(time);
        bodies[indexB].Advance(time);
        UpdateContact(index);
        contacts[index].HasImpactTime = false;
        contacts[index].ImpactCount++;
        if (!contacts[index].IsTouching)
        {
            contacts[index].IsEnabled = false;
            Restore(indexA, sweepA);
            Restore(indexB, sweepB);
            return;
        }

        bodies[indexA].Wake();
        bodies[indexB].Wake();
        island.Clear();
        AddToIsland(indexA);
        AddToIsland(indexB);
        contacts[index].InIsland = true;
        island.AddContact(index);
        GatherImpact(indexA, time);
        GatherImpact(indexB, time);
        island.SolveImpact(this, (1 - time) * duration, velocityIterations, bodies[indexA].IslandIndex, bodies[indexB].IslandIndex);

        foreach (var member in island.Bodies)
        {
            bodies[member].InIsland = false;
            if (!bodies[member].IsDynamic)
            {
                continue;
            }

            SynchronizeFixtures(member);
            for (var i = bodies[member].Contacts; i >= 0; i = contacts[i].NextOf(member))
            {
                (contacts[i].HasImpactTime, contacts[i].InIsland) = (false, false);
            }
        }

        FindNewContacts();
    }

    /// <summary>Adds what a body touches at the time of the impact.</summary>
    private void GatherImpact(int body, float time)
    {
        if (!bodies[body].IsDynamic)
        {
            return;
        }

        for (var i = bodies[body].Contacts; i >= 0; i = contacts[i].NextOf(body))
        {
            if (island.BodyCount == 2 * Constants.MaxImpactContacts || island.ContactCount == Constants.MaxImpactContacts)
            {
                return;
            }

            var other = contacts[i].Other(body);
            if (contacts[i].InIsland || bodies[other].IsDynamic)
            {
                continue;
            }

            var sweep = bodies[other].Sweep;
            if (!bodies[other].InIsland)
            {
                bodies[other].Advance(time);
            }

            UpdateContact(i);
            if (!contacts[i].IsTouching)
            {
                Restore(other, sweep);
                continue;
            }

            contacts[i].InIsland = true;
            island.AddContact(i);
            if (!bodies[other].InIsland)
            {
                AddToIsland(other);
            }
        }
    }

    private void AddToIsland(int index)
    {
        island.AddBody(ref bodies[index], index);
        bodies[index].InIsland = true;
    }

    private void Restore(int index, in Sweep sweep)
    {
        bodies[index].Sweep = sweep;
        bodies[index].Synchronize();
    }
}
