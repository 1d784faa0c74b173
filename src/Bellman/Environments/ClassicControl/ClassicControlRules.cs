namespace Bellman;

/// <summary>Rules of a person for classic control.</summary>
internal static class ClassicControlRules
{
    // A state feedback of the kind that linear control gives: the cart runs under the pole, and slowly back to the middle.
    public static void CartPole(RowReader observation, RowWriter action)
    {
        var state = observation.Floats;
        action.Integers[0] = state[0] + (1.5 * state[1]) + (20 * state[2]) + (4 * state[3]) > 0 ? 1 : 0;
    }

    // Pushing the way the car rolls adds energy at every step.
    public static void MountainCar(RowReader observation, RowWriter action) => action.Integers[0] = observation.Floats[1] >= 0 ? 2 : 0;

    public static void MountainCarContinuous(RowReader observation, RowWriter action) => action.Floats[0] = observation.Floats[1] >= 0 ? 1 : -1;

    // Near the top it is held; elsewhere the torque brings the energy to that of standing upright (Åström and Furuta 2000).
    public static void Pendulum(RowReader observation, RowWriter action)
    {
        const double gravity = 15, strongest = 2;
        var (cosine, sine, speed) = (observation.Floats[0], observation.Floats[1], observation.Floats[2]);
        var missing = gravity - ((0.5 * speed * speed) + (gravity * cosine));
        var torque = cosine > 0.9 && Math.Abs(missing) < 6
            ? -((10 * Math.Atan2(sine, cosine)) + (2 * speed))
            : strongest * Math.Sign(missing) * (speed >= 0 ? 1 : -1);
        action.Floats[0] = (float)Math.Clamp(torque, -strongest, strongest);
    }

    // The torque at the elbow follows the first link's swing.
    public static void Acrobot(RowReader observation, RowWriter action) => action.Integers[0] = observation.Floats[4] >= 0 ? 0 : 2;
}
