namespace Bellman.Environments.Physics2D;

/// <summary>Which limit holds a joint.</summary>
internal enum LimitState : byte
{
    Inactive,
    AtLower,
    AtUpper,
}

/// <summary>Pins a point of one body to a point of another, with a motor and limits on the angle between them.</summary>
internal struct RevoluteJoint
{
    public int BodyA;
    public int BodyB;
    public Vector2D AnchorA;
    public Vector2D AnchorB;
    public float ReferenceAngle;
    public bool HasLimit;
    public float Lower;
    public float Upper;
    public bool HasMotor;
    public float MotorSpeed;
    public float MaxMotorTorque;

    /// <summary>What is kept from step to step: the pin's impulse, the limit's, the motor's.</summary>
    public Vector2D PinImpulse;
    public float LimitImpulse;
    public float MotorImpulse;
    public LimitState Limit;

    public bool InIsland;
    public int NextOfA;
    public int NextOfB;

    public readonly int Other(int body) => body == BodyA ? BodyB : BodyA;

    public readonly int NextOf(int body) => body == BodyA ? NextOfA : NextOfB;
}
