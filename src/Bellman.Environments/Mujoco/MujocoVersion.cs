namespace Bellman.Environments;

/// <summary>Which of Gymnasium's versions of a robot. They differ in rewards, observations and options, not in dynamics (but for the walker's right foot).</summary>
public enum MujocoVersion
{
    /// <summary>The one that most published results are of.</summary>
    V4 = 4,

    /// <summary>The present one: v4 without its faults.</summary>
    V5 = 5,
}
