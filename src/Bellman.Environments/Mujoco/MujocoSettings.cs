namespace Bellman.Environments;

/// <summary>What every robot of MuJoCo's can be told.</summary>
public abstract record MujocoSettings
{
    /// <summary>A model to use instead of the robot's own: the path of an MJCF file with the same joints, other masses or another ground perhaps.</summary>
    public string? XmlFile { get; init; }

    /// <summary>How many steps the integrator makes while an action lasts.</summary>
    public int FrameSkip { get; init; }

    /// <summary>Compiles the robot's own model, or the one that is named instead.</summary>
    /// <param name="name">Of the robot's own.</param>
    /// <param name="coordinates">How many positions and velocities the robot's reward and ends speak of.</param>
    /// <param name="sites">How many sites they speak of.</param>
    /// <exception cref="MujocoException">MuJoCo is missing or does not take the model, or the model lacks what the robot is judged by.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The frame skip is not positive.</exception>
    internal MujocoModel Load(string name, int coordinates, int sites = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FrameSkip, 1);
        if (XmlFile is null)
        {
            return MujocoModels.Load(name);
        }

        var model = MujocoModel.FromFile(XmlFile);
        var (positions, velocities, found, controls) = (model.PositionCount, model.VelocityCount, model.SiteCount, model.ControlCount);
        if (Math.Min(positions, velocities) >= coordinates && found >= sites && controls > 0)
        {
            return model;
        }

        model.Dispose();
        throw new MujocoException(
            $"The model '{XmlFile}' has {positions} positions, {velocities} velocities, {controls} actuators and {found} sites; " +
            $"this robot needs {coordinates} positions and velocities, an actuator{(sites > 0 ? $" and {sites} site" : "")} at least.");
    }
}

/// <summary>Reads robots' settings from options. Version 4 has neither another model (but for the ant) nor another frame skip.</summary>
internal static class MujocoOptions
{
    public static T WithModel<T>(this T settings, EnvironmentOptions options, MujocoVersion version) where T : MujocoSettings => version == MujocoVersion.V4
        ? settings
        : settings with { XmlFile = options.Text("xmlFile", null), FrameSkip = options.Integer("frameSkip", settings.FrameSkip) };
}
