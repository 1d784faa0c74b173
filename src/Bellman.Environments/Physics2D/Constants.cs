namespace Bellman.Environments.Physics2D;

/// <summary>The engine's lengths (m), angles (rad) and times (s).</summary>
internal static class Constants
{
    public const float Epsilon = 1.1920929e-7f;
    public const float Pi = 3.14159265359f;

    /// <summary>How far shapes may overlap at rest.</summary>
    public const float LinearSlop = 0.005f;
    public const float AngularSlop = 2.0f / 180.0f * Pi;

    /// <summary>The skin around every polygon and edge.</summary>
    public const float SkinRadius = 2.0f * LinearSlop;

    /// <summary>By how much the boxes of the broad phase are larger than the shapes, and how far ahead of a moving one they reach.</summary>
    public const float BoundsMargin = 0.1f;
    public const float BoundsLookahead = 2.0f;

    public const float MaxLinearCorrection = 0.2f;
    public const float MaxAngularCorrection = 8.0f / 180.0f * Pi;
    public const float PositionGain = 0.2f;
    public const float ImpactPositionGain = 0.75f;

    /// <summary>Slower collisions do not bounce.</summary>
    public const float BounceThreshold = 1.0f;

    /// <summary>The furthest and the most that a body moves and turns in a step.</summary>
    public const float MaxTranslation = 2.0f;
    public const float MaxRotation = 0.5f * Pi;

    public const float TimeToSleep = 0.5f;
    public const float LinearSleepTolerance = 0.01f;
    public const float AngularSleepTolerance = 2.0f / 180.0f * Pi;

    public const int MaxPolygonVertices = 16;
    public const int MaxImpactsPerContact = 8;
    public const int MaxImpactContacts = 32;
    public const int ImpactPositionIterations = 20;

    /// <summary>Two contact points are solved together while the condition number of their matrix stays below.</summary>
    public const float MaxConditionNumber = 1000.0f;
}
