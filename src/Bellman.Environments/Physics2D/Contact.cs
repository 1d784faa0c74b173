namespace Bellman.Environments.Physics2D;

/// <summary>Two fixtures whose boxes overlap, with how they touch and what pushed them apart in the last step.</summary>
internal struct Contact
{
    public Manifold Manifold;
    public int FixtureA;
    public int FixtureB;
    public int BodyA;
    public int BodyB;
    public float Friction;
    public float Restitution;
    public bool IsTouching;

    /// <summary>False for the rest of a step after an impact that turned out not to be one.</summary>
    public bool IsEnabled;
    public bool InIsland;

    /// <summary>The fraction of the step at which the two meet, while <see cref="HasImpactTime"/>.</summary>
    public float ImpactTime;
    public bool HasImpactTime;
    public int ImpactCount;

    /// <summary>The list of all contacts, the newest first; of an unused one the next unused one.</summary>
    public int Previous;
    public int Next;

    /// <summary>The lists of the two bodies' contacts, the newest first.</summary>
    public int PreviousOfA;
    public int NextOfA;
    public int PreviousOfB;
    public int NextOfB;

    public readonly int Other(int body) => body == BodyA ? BodyB : BodyA;

    public readonly int NextOf(int body) => body == BodyA ? NextOfA : NextOfB;
}

/// <summary>Hears of contacts as they begin and end.</summary>
internal interface IContactListener
{
    void BeginContact(int bodyA, int bodyB);

    void EndContact(int bodyA, int bodyB);
}
