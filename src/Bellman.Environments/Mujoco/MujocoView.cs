namespace Bellman.Environments;

/// <summary>A parallel projection of a simulation, and what of it is shown.</summary>
/// <param name="Across">The axis that points to the right: 0 x, 1 y, 2 z.</param>
/// <param name="Up">The axis that points upwards.</param>
/// <param name="Follow">The body that stays in the middle; null for a window that stands still.</param>
/// <param name="CenterAcross">The middle of the window; for a body that is followed, how far it lies to the right of it.</param>
/// <param name="CenterUp">The middle of the window's height, which does not follow.</param>
/// <param name="HalfWidth">Half the window's width, m.</param>
/// <param name="HalfHeight">Half the window's height, m.</param>
/// <param name="FollowUp">Whether the body stays in the middle of the height too.</param>
public readonly record struct MujocoView(int Across, int Up, int? Follow, double CenterAcross, double CenterUp, double HalfWidth, double HalfHeight, bool FollowUp = false)
{
    /// <summary>From the side, along y, following the first body.</summary>
    /// <param name="height">What lies in the middle, m above the ground.</param>
    public static MujocoView Side(double height) => new(0, 2, 1, 0, height, 1.8, 1.2);
}
